/** What an agent is made of, and since when. */
import { describe, expect, it } from 'vitest';
import type { Activity } from '../../../schemas/activity.ts';
import { AGENT_PARTS, type AgentPart } from '../../../schemas/alert.ts';
import { DAY_MS } from '../constants.ts';
import { Hasher } from '../hash.ts';
import { AgentParts, agentPartsOf, isAgent, VALUES } from './agent-parts.ts';
import { packAgentParts, unpackAgentParts } from './agent-parts-codec.ts';
import { ByteReader, ByteWriter } from './bit-stream.ts';
import { Lexicon } from './lexicon.ts';
import { toolsIn } from './tool-set.ts';

const START = Date.UTC(2026, 0, 5);
const hasher = new Hasher('key');
const lexicon = new Lexicon();
const NOBODY = { isChanging: () => {}, isNew: () => {} };

interface Made {
  readonly model?: string;
  readonly version?: string;
  readonly config?: string;
  readonly declared?: string[];
  readonly task?: string;
}

function activity({ declared, task, ...made }: Made): Activity {
  return {
    id: 'a',
    at: '2026-01-05T00:00:00.000Z',
    tenant: 'acme',
    identity: { id: 'agent', kind: 'agent', provider: 'example' },
    actor: { id: 'run', kind: 'agent-run', ...made },
    run: { id: 'run', ...(declared && { declared }), ...(task !== undefined && { task }) },
    onBehalfOf: [{ id: 'clerk', kind: 'human' }],
    action: { name: 'x', service: 'x', access: 'read' },
    source: {},
    outcome: 'success',
  };
}

class Life {
  readonly agentParts = new AgentParts();
  readonly news: AgentPart[] = [];
  on(day: number, made: Made): this {
    this.agentParts.take(activity(made), START + day * DAY_MS, hasher, lexicon, {
      isChanging: () => {},
      isNew: (part) => this.news.push(part),
    });
    return this;
  }
  changes = (day: number) => this.agentParts.changes(START + day * DAY_MS).map(({ part }) => part);
  current(part: AgentPart): string | undefined {
    const value = this.agentParts.current(AGENT_PARTS.indexOf(part));
    return value && lexicon.get(value.hash);
  }
}

const packed = (agentParts: AgentParts): Uint8Array => {
  const w = new ByteWriter();
  packAgentParts(w, agentParts);
  return w.take();
};

describe('what an agent is made of', () => {
  it('is kept part by part, with the starter of a task', () => {
    const life = new Life().on(0, {
      model: 'm',
      version: '1',
      config: 'p 1',
      declared: ['b', 'a', 'a'],
      task: 'triage',
    });
    expect(life.news).toEqual(['model', 'version', 'configuration', 'tools', 'task']);
    expect(AGENT_PARTS.map((part) => life.current(part))).toEqual([
      'm',
      '1',
      'p 1',
      '2 tools: a, b',
      'triage for human',
    ]);
  });

  it('takes the same tools in any order for one set', () => {
    const life = new Life().on(0, { declared: ['a', 'b'] }).on(9, { declared: ['b', 'a', 'b'] });
    expect(life.news).toEqual(['tools']);
    expect(life.changes(9)).toEqual([]);
  });

  it('has changed for three days after a value took the place of another, and not by its first one', () => {
    const life = new Life().on(0, { model: 'm1' });
    expect(life.changes(0)).toEqual([]);
    life.on(10, { model: 'm2' });
    expect([10, 13, 13.1].map(life.changes)).toEqual([['model'], ['model'], []]);
  });

  it('does not change where an activity does not tell a part', () => {
    expect(new Life().on(0, { model: 'm1', version: '1' }).on(10, {}).on(10, { model: 'm1' }).changes(10)).toEqual([]);
  });

  it('is no change that two models take turns; it is one that an old model comes back after days', () => {
    const life = new Life();
    for (let day = 0; day < 20; day++) life.on(day, { model: 'large' }).on(day, { model: 'small' });
    expect(life.changes(19)).toEqual([]);
    for (let day = 20; day < 30; day++) life.on(day, { model: 'small' });
    expect(life.on(30, { model: 'large' }).changes(30)).toEqual(['model']);
  });

  it('tells nothing by a part that changes all the time, and tells again once that is over', () => {
    const life = new Life();
    for (let day = 0; day < 60; day += 5) life.on(day, { version: `1.${day}` });
    expect(life.changes(55)).toEqual([]);
    expect(life.on(120, { version: '2.0' }).changes(120)).toEqual(['version']);
  });

  it('is bounded, and the value not used for longest goes first', () => {
    const life = new Life().on(0, { model: 'kept' });
    for (let day = 1; day < 50; day++) life.on(day, { model: `m${day}` }).on(day, { model: 'kept' });
    expect(life.agentParts.values[0]).toHaveLength(VALUES);
    expect(life.current('model')).toBe('kept');
    expect(life.news.filter((part) => part === 'model')).toHaveLength(50);
  });

  it('is saved without loss, and goes on as if it never was', () => {
    const told: Made[] = [
      { model: 'm1', declared: ['a'] },
      { model: 'm2', declared: ['a'] },
      { model: 'm2', version: '2' },
    ];
    const whole = new Life();
    for (const [day, made] of told.entries()) whole.on(day, made);
    const halfway = new Life().on(0, told[0] as Made);
    const back = unpackAgentParts(new ByteReader(packed(halfway.agentParts)), [0, 1, 2, 3, 4]);
    told.slice(1).forEach((made, n) => {
      back.take(activity(made), START + (n + 1) * DAY_MS, hasher, lexicon, NOBODY);
    });
    expect(packed(back)).toEqual(packed(whole.agentParts));
  });

  it('forgets what came in a time, but never all there is of a part', () => {
    const life = new Life().on(0, { model: 'm1', version: '1' }).on(10, { model: 'm2' });
    const first = START / DAY_MS;
    life.agentParts.forget((day) => day >= first + 5);
    expect([life.current('model'), life.current('version')]).toEqual(['m1', '1']);
    life.agentParts.forget(() => true);
    expect(life.current('model')).toBe('m1');
    expect(life.on(11, { model: 'm2' }).changes(11)).toEqual(['model']);
  });

  it('is kept of agents and of what works by a model, once the log tells anything', () => {
    const bare = activity({});
    const service = { ...bare, identity: { ...bare.identity, kind: 'service-account' as const } };
    expect([isAgent(bare), isAgent(service)]).toEqual([true, false]);
    expect(isAgent({ ...service, actor: { id: 'x', kind: 'job', model: 'm' } })).toBe(true);
    expect(agentPartsOf(undefined, bare)).toBeUndefined();
    expect(agentPartsOf(undefined, activity({ declared: [] }))).toBeUndefined();
    expect(agentPartsOf(undefined, activity({ version: '1' }))).toBeInstanceOf(AgentParts);
  });
});

describe('the names of tools', () => {
  const named = (names: string[]) => {
    const value = new Life().on(0, { declared: names }).agentParts.current(AGENT_PARTS.indexOf('tools'));
    return toolsIn(value?.hash ?? 0, lexicon);
  };
  it('are kept whole up to a bound, and not in part beyond it', () => {
    const names = (n: number) => Array.from({ length: n }, (_, i) => `server_${i}__some_tool`);
    expect(named(names(30))).toEqual(names(30).sort());
    expect(named(['x'.repeat(94)])).toEqual(['x'.repeat(94)]);
    expect(named(['x'.repeat(95)])).toEqual(['x'.repeat(95)]);
    expect(named(names(60))).toBeUndefined();
  });
});
