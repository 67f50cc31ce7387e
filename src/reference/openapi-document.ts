/** The description of every route there is, whatever is configured: what the typed client of the console is generated from. */
import { approvalRoutes } from '../api/approval-routes.ts';
import { attestationRoutes } from '../api/attestation-routes.ts';
import { openapi } from '../api/openapi.ts';
import { privacyRoutes } from '../api/privacy-routes.ts';
import type { Route } from '../api/route.ts';
import { apiRoutes } from '../api/routes.ts';
import { sessionRoutes } from '../api/session-routes.ts';
import { signInRoutes } from '../api/sign-in/routes.ts';
import { signalRoutes } from '../api/signal-routes.ts';
import { streamRoutes } from '../api/stream-routes.ts';
import { suspensionRoutes } from '../api/suspension-routes.ts';
import { viewRoutes } from '../api/view-routes.ts';

// Describing routes asks nothing of what stands behind them.
const nothing = {} as never;

export function openapiDocument(version: string): object {
  const routes: Route[] = [
    ...apiRoutes({ formats: [] } as never),
    ...suspensionRoutes(nothing),
    ...approvalRoutes(nothing),
    ...attestationRoutes(nothing),
    ...signalRoutes(nothing),
    ...streamRoutes(nothing),
    ...privacyRoutes(nothing),
    ...viewRoutes({ audit: nothing } as never, nothing),
    ...sessionRoutes(nothing),
    ...signInRoutes({ config: { url: '' } } as never),
  ];
  return openapi(routes, version);
}
