/** Bots and AI agents in public git histories, each bot of each repository one identity: all of it benign, with a platform's key change in it. */
import type { Activity } from '../../schemas/activity.ts';
import { DAY } from '../world/rhythm.ts';
import { inOrder, iso, type LabelledSet, peopleOf, readRecords } from './labelled.ts';

interface Commit {
  readonly ts: string;
  readonly identity: string;
  readonly credential: string;
  readonly action: string;
  readonly resource: string;
  readonly paths: readonly string[];
  readonly user_agent: string;
  readonly delegated_by: string | null;
  readonly commit: string;
  readonly n_files: number;
}

/** The day on which the platform's signing key changed for everybody. */
export const KEY_CHANGE = Date.UTC(2024, 0, 16);
const JUDGED_FROM = Date.UTC(2023, 6, 1);

export function gitBotSet(path: string): LabelledSet {
  const events: Activity[] = [];
  for (const commit of readRecords<Commit>(path)) {
    const [kind, name] = commit.identity.split(':');
    for (const [i, file] of (commit.paths.length > 0 ? commit.paths : ['.']).entries())
      events.push({
        id: `github:${commit.resource}:${commit.commit}:${i}`,
        at: iso(Date.parse(commit.ts)),
        tenant: 'open-source',
        identity: {
          id: `${name}@${commit.resource}`,
          kind: kind === 'agent' ? 'agent' : 'bot',
          provider: 'github',
          name: name!,
          account: commit.resource.split('/')[0]!,
        },
        ...(commit.credential === 'unsigned' ? {} : { credential: { id: commit.credential, kind: 'signing-key' } }),
        ...(commit.delegated_by ? { onBehalfOf: [{ id: commit.delegated_by, kind: 'human' }] } : {}),
        action: { name: `commit:${commit.action}`, service: 'commit', access: 'write' },
        resource: { id: `${commit.resource}:${file}`, type: 'repository-path' },
        source: { userAgent: commit.user_agent },
        outcome: 'success',
        amount: { records: commit.n_files },
      });
  }
  const ordered = inOrder(events);
  const end = Date.parse(ordered.at(-1)!.at) + DAY;
  return {
    name: 'git-bots',
    events: ordered,
    truth: {
      set: 'git-bots',
      seed: 1,
      learnUntil: iso(JUDGED_FROM),
      end: iso(end),
      identities: peopleOf(ordered, (activity) => activity.identity.name ?? ''),
      scenarios: [],
      hardNegatives: keyChanges(ordered),
    },
  };
}

/** First commits of each stream under the key that replaced the platform's old one. */
function keyChanges(events: readonly Activity[]): object[] {
  const last = new Map<string, string>();
  const changes: object[] = [];
  const users = new Map<string, Set<string>>();
  for (const { credential, identity } of events) {
    if (!credential) continue;
    const mine = users.get(credential.id) ?? new Set();
    users.set(credential.id, mine.add(identity.id));
  }
  for (const activity of events) {
    const { credential, identity } = activity;
    if (!credential) continue;
    const before = last.get(identity.id);
    last.set(identity.id, credential.id);
    const platform = (key: string | undefined) => (users.get(key ?? '')?.size ?? 0) >= 10;
    const at = Date.parse(activity.at);
    if (before === credential.id || !platform(before) || !platform(credential.id) || at < KEY_CHANGE) continue;
    if (changes.some((change) => (change as { identities: string[] }).identities[0] === identity.id)) continue;
    changes.push({
      id: `h${changes.length}`,
      kind: 'platform-key-change',
      identities: [identity.id],
      start: activity.at,
      end: activity.at,
      expect: { alert: 'none' },
      activityIds: [activity.id],
    });
  }
  return changes;
}
