/** Whom an identity acts for. */
import { describe, expect, it } from 'vitest';
import { act, DAY, expectNats, HOUR, Life, RAREST_NATS, START, weeks } from '../test/unit/detector-lives.ts';
import { detector } from './who.ts';

const LATER = START + 30 * DAY + 9 * HOUR;
const by = (id: string, kind = 'human') => ({ onBehalfOf: [{ id, kind }] });
const settled = () => new Life('who', detector).live(weeks('web', 29, () => by('user:ann')));

describe('who', () => {
  it('finds a delegator and a chain never seen', () => {
    expectNats(
      settled().nats(
        act('web', LATER, {
          onBehalfOf: [
            { id: 'agent:stranger', kind: 'agent' },
            { id: 'user:eve', kind: 'human' },
          ],
        }),
      ),
      4,
      RAREST_NATS,
    );
  });

  it('says nothing of a log that names no actor, where the service is new, and says it where a known one no longer does', () => {
    const nameless = { actor: undefined, onBehalfOf: [{ id: 'user:ann', kind: 'human' }] } as never;
    const audit = { name: 'entra:AddOwner', service: 'entra', access: 'admin' } as const;
    const fields = (change: object) =>
      settled()
        .finds(act('web', LATER, change))
        .map(({ field }) => field);
    expect(fields({ ...(nameless as object), action: audit })).not.toContain('actor');
    expect(fields(nameless)).toContain('actor');
  });

  it('says of an empty chain that it acted for nobody', () => {
    const said = settled()
      .finds(act('web', LATER))
      .map((finding) => finding.says());
    expect(said).toContain('acted for nobody for the first time');
  });

  it('says nothing of the usual delegator', () => {
    expect(settled().finds(act('web', LATER, by('user:ann')))).toEqual([]);
  });

  it('tells another repository, and another trigger, from another branch', () => {
    const oidc = (subject: string) => by(subject, 'oidc-subject');
    const life = () =>
      new Life('who', detector).live(
        weeks('web', 29, (ms) =>
          oidc(
            `repo:acme/shop:ref:refs/heads/${Math.floor(ms / DAY) % 3 === 0 ? 'main' : `release-${Math.floor(ms / DAY)}`}`,
          ),
        ),
      );
    const branch = life().nats(act('web', LATER, oidc('repo:acme/shop:ref:refs/heads/release-99')));
    const trigger = life().nats(act('web', LATER, oidc('repo:acme/shop:pull_request')));
    const repository = life().nats(act('web', LATER, oidc('repo:evil/shop:ref:refs/heads/main')));
    expectNats(trigger, branch + 1, RAREST_NATS);
    expectNats(repository, branch + 1, RAREST_NATS);
  });
});
