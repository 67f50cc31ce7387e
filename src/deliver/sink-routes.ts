/** Opens the sinks of the configuration: who gets which alert, in which words, by which way. */
import type { Alert } from '../../schemas/alert.ts';
import type { Config, SinkFilter } from '../../schemas/config.ts';
import type { Sink, SinkContext, SinkType, Surroundings } from '../ports/delivery.ts';

/** What planning needs of a sink: pure, so that a repeated turn plans the same deliveries. */
export interface Route {
  readonly name: string;
  readonly filter: SinkFilter;
  encode(alert: Alert): string;
  /** True for a version of which there is nothing to tell. */
  skips?(alert: Alert): boolean;
}

/** A route with its sink open. */
export interface OpenSink {
  readonly name: string;
  readonly sink: Sink;
}

/** A route that can be opened. */
export interface ReadyRoute extends Route {
  open(context: SinkContext): Promise<OpenSink>;
}

/** A mistake in the options of a sink, placed in the config. */
export interface RouteProblem {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/** Checks every sink's options against its type. Opens nothing. */
export function readRoutes(
  sinks: Config['sinks'],
  types: ReadonlyMap<string, SinkType>,
  surroundings: Surroundings = {},
): { readonly routes: readonly ReadyRoute[]; readonly problems: readonly RouteProblem[] } {
  const routes: ReadyRoute[] = [];
  const problems: RouteProblem[] = [];
  for (const [name, { type: typeName, filter, ...rest }] of Object.entries(sinks)) {
    const type = types.get(typeName);
    if (type === undefined) {
      const known = [...types.keys()].join(', ');
      problems.push({ path: ['sinks', name, 'type'], message: `no sink of type "${typeName}"; there are ${known}` });
      continue;
    }
    const options = type.options.safeParse(rest);
    if (!options.success) {
      for (const issue of options.error.issues)
        problems.push({ path: ['sinks', name, ...issue.path], message: issue.message });
      continue;
    }
    routes.push({
      name,
      filter,
      encode: (alert) => type.encode(withMeans(alert, surroundings), options.data, surroundings),
      ...(type.skips && { skips: (alert: Alert) => type.skips?.(alert) === true }),
      open: async (context) => {
        const refuse = (reason: string): never => context.refuse(`sinks.${name}: ${reason}`);
        return { name, sink: await type.open(options.data, { ...context, refuse }) };
      },
    });
  }
  return { routes, problems };
}

/** The alert with how its step can be taken here. */
function withMeans(alert: Alert, { meansOf }: Surroundings): Alert {
  const by = meansOf?.(alert)?.by;
  return by === undefined ? alert : { ...alert, recommendation: { ...alert.recommendation, by } };
}

/** Opens all routes, or closes what was opened and throws the first error. */
export async function openSinks(routes: readonly ReadyRoute[], context: SinkContext): Promise<OpenSink[]> {
  const results = await Promise.allSettled(routes.map((route) => route.open(context)));
  const sinks = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  const failed = results.find((result) => result.status === 'rejected');
  if (failed === undefined) return sinks;
  await Promise.allSettled(sinks.map(({ sink }) => sink.close?.()));
  throw failed.reason;
}
