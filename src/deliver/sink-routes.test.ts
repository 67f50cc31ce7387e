import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Alert } from '../../schemas/alert.ts';
import { configSchema } from '../../schemas/config.ts';
import { exampleAlert } from '../../test/unit/example-alert.ts';
import { sinkContext } from '../../test/unit/sink-context.ts';
import type { SinkType } from '../ports/delivery.ts';
import { openSinks, readRoutes } from './sink-routes.ts';

/** A sink that fails to open when told so, and notes that it was closed. */
function typesOf(closed: string[]): Map<string, SinkType> {
  const type: SinkType<{ label: string; broken: boolean }> = {
    about: { title: 'Test', standard: 'none' },
    options: z.strictObject({ label: z.string(), broken: z.boolean().default(false) }),
    encode: (alert, { label }) => `${label} ${alert.id}`,
    async open({ label, broken }, context) {
      if (broken) context.refuse('broken: as told');
      return { deliver: async () => ({ status: 'delivered' }), close: async () => void closed.push(label) };
    },
  };
  return new Map([['test', type]]);
}

const sinksOf = (sinks: object) => configSchema.parse({ sinks }).sinks;

describe('readRoutes', () => {
  it('gives each sink its name, filter and wording', () => {
    const sinks = sinksOf({ soc: { type: 'test', label: 'hello', filter: { minSeverity: 'high' } } });
    const { routes, problems } = readRoutes(sinks, typesOf([]));
    expect(problems).toEqual([]);
    expect(routes[0]).toMatchObject({ name: 'soc', filter: { minSeverity: 'high' } });
    expect(routes[0]!.encode(exampleAlert())).toBe('hello alr_5f0d6c1e9a7b4c3d');
  });

  it('tells a sink how the advised step can be taken here, where that is known', () => {
    const sinks = sinksOf({ soc: { type: 'test', label: 'hello' } });
    const told: unknown[] = [];
    const [type] = typesOf([]).values();
    const types = new Map([['test', { ...type!, encode: (alert: Alert) => `${told.push(alert.recommendation.by)}` }]]);
    const { routes } = readRoutes(sinks, types, { meansOf: () => ({ by: 'responder aws', steps: [] }) });
    const alert = exampleAlert();
    routes[0]!.encode(alert);
    readRoutes(sinks, types).routes[0]!.encode(alert);
    expect(told).toEqual(['responder aws', undefined]);
    expect(alert.recommendation.by).toBeUndefined();
  });

  it('places every mistake and keeps the good ones', () => {
    const sinks = sinksOf({ a: { type: 'tset' }, b: { type: 'test', label: 7 }, c: { type: 'test', label: 'ok' } });
    const { routes, problems } = readRoutes(sinks, typesOf([]));
    expect(routes.map((route) => route.name)).toEqual(['c']);
    expect(problems.map((problem) => problem.path)).toEqual([
      ['sinks', 'a', 'type'],
      ['sinks', 'b', 'label'],
    ]);
    expect(problems[0]!.message).toBe('no sink of type "tset"; there are test');
  });
});

describe('openOutlets', () => {
  it('closes what it opened when one cannot be opened, and names that one', async () => {
    const closed: string[] = [];
    const sinks = sinksOf({
      a: { type: 'test', label: 'first' },
      b: { type: 'test', label: 'second', broken: true },
      c: { type: 'test', label: 'third' },
    });
    const { routes } = readRoutes(sinks, typesOf(closed));
    await expect(openSinks(routes, sinkContext())).rejects.toThrow('sinks.b: broken: as told');
    expect(closed).toEqual(['first', 'third']);
  });
});
