/** The whole API. What is added later brings its own routes and is handed in beside these. */
import { alertRoutes, suppressionRoutes } from './alert-routes.ts';
import { cloudEventRoutes } from './cloud-event-routes.ts';
import { firehoseRoutes } from './firehose-routes.ts';
import { hecRoutes } from './hec-routes.ts';
import { incidentRoutes } from './incident-routes.ts';
import { ingestRoutes } from './ingest-routes.ts';
import { inventoryRoutes } from './inventory-routes.ts';
import { ledgerRoutes } from './lookup-routes.ts';
import { otlpRoutes } from './otlp-routes.ts';
import type { ConsoleParts } from './ports.ts';
import type { Route } from './route.ts';
import { unlearnRoutes } from './unlearn-routes.ts';

export const apiRoutes = (parts: ConsoleParts): Route[] => [
  ...ingestRoutes(parts),
  ...hecRoutes(parts),
  ...firehoseRoutes(parts),
  ...cloudEventRoutes(parts),
  ...otlpRoutes(parts),
  ...alertRoutes(parts),
  ...incidentRoutes(parts),
  ...suppressionRoutes(parts),
  ...ledgerRoutes(parts),
  ...inventoryRoutes(parts),
  ...unlearnRoutes(parts),
];
