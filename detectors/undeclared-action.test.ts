/** What was declared and granted. */
import { describe, expect, it } from 'vitest';
import { act, DAY, expectNats, HOUR, Life, record, START, weeks } from '../test/unit/detector-lives.ts';
import { detector } from './undeclared-action.ts';

const LATER = START + 30 * DAY + 9 * HOUR;
const tool = (name: string) => ({
  action: { name: `tools/call:${name}`, service: 'mcp', access: 'read' as const },
  run: { id: 'run-1', declared: ['search', 'read_file'] },
});
const settled = () => new Life('undeclared-action', detector).live(weeks('web', 29, () => tool('search')));

describe('undeclared-action', () => {
  it('finds a tool the run had not declared', () => {
    // undeclaredNats.
    expectNats(settled().nats(act('web', LATER, tool('send_email')), 'run.declared'), 4, 6);
  });

  it('says nothing of declared tools, of runs that declare nothing, and of refused acts', () => {
    expect(settled().finds(act('web', LATER, tool('read_file')))).toEqual([]);
    expect(settled().finds(act('web', LATER, { ...tool('send_email'), run: { id: 'run-2' } }))).toEqual([]);
    expect(settled().finds(act('web', LATER, { ...tool('send_email'), outcome: 'denied' }))).toEqual([]);
  });

  it('weighs little for an agent that never keeps to its declarations', () => {
    const loose = new Life('undeclared-action', detector).live(
      weeks('web', 60, (_ms, peer) => (peer === 'web' ? tool('other') : tool('search'))),
    );
    expect(loose.nats(act('web', START + 61 * DAY, tool('another')), 'run.declared')).toBeLessThan(2);
  });

  it('finds a new act outside the granted scopes', () => {
    const life = new Life('undeclared-action', detector, [record({ identity: 'web', grantedScopes: ['s3'] })]).live(
      weeks('web', 29),
    );
    // outsideScopeNats.
    expectNats(
      life.nats(
        act('web', LATER, { action: { name: 'iam:ListUsers', service: 'iam', access: 'read' } }),
        'action.name',
      ),
      3,
      4,
    );
    expect(
      life.finds(act('web', LATER + 1, { action: { name: 's3:ListBuckets', service: 's3', access: 'read' } })),
    ).toEqual([]);
  });
});
