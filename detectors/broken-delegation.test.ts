/** Chains with a link nobody knows. */
import { describe, expect, it } from 'vitest';
import { act, DAY, expectNats, HOUR, Life, START, weeks } from '../test/unit/detector-lives.ts';
import { detector } from './broken-delegation.ts';

const LATER = START + 30 * DAY + 9 * HOUR;
const chain = (...ids: string[]) => ({ onBehalfOf: ids.map((id) => ({ id, kind: 'human' })) });
const settled = () =>
  new Life('broken-delegation', detector).live(weeks('web', 29, (_ms, peer) => chain(`user:${peer}`)));

describe('broken-delegation', () => {
  it('finds a delegator unknown to the whole tenant', () => {
    // unknownNats is the most that an unknown principal is worth.
    expectNats(settled().nats(act('web', LATER, chain('user:stranger'))), 4, 7);
  });

  it('knows all of two dozen people for whom it acts in turn', () => {
    const person = (n: number) => chain(`person-${n % 24}@example.com`);
    let n = 0;
    const life = new Life('broken-delegation', detector).live(
      weeks('web', 40, (_ms, peer) => (peer === 'web' ? person(n++) : chain(`user:${peer}`))),
    );
    for (let who = 0; who < 24; who++) expect(life.finds(act('web', LATER + 10 * DAY + who, person(who)))).toEqual([]);
    expectNats(life.nats(act('web', LATER + 10 * DAY + 99, chain('stranger@example.com'))), 3, 7);
  });

  it('finds a chain deeper than ever plus one', () => {
    expect(
      settled()
        .finds(act('web', LATER, chain('user:web', 'user:web', 'user:web')))
        .some((f) => f.seen === '3 deep'),
    ).toBe(true);
  });

  it('says of a repository of an unknown organisation that the identity itself let it in', () => {
    const subject = (id: string) => ({ onBehalfOf: [{ id, kind: 'oidc-subject' }] });
    const life = new Life('broken-delegation', detector).live(
      weeks('ci', 29, (_ms, peer) => subject(`project_path:acme/${peer}:ref:main`)),
    );
    const contains = (id: string) => life.finds(act('ci', LATER, subject(id))).map(({ contain }) => contain);
    expect(contains('project_path:evil/ci:ref:main')).toContain('identity');
    expect(contains('project_path:acme/other:ref:main')).not.toContain('identity');
  });

  it('says nothing of the usual delegator, nor of one its peers act for', () => {
    expect(settled().finds(act('web', LATER, chain('user:web')))).toEqual([]);
    expect(settled().finds(act('web', LATER, chain('user:peer-a')))).toEqual([]);
  });
});
