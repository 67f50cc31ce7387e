import { expect, test } from 'vitest';
import { peerHabits } from './peer-habits.ts';

const seen = { activities: 1, refused: 0, days: 1, firstAt: '2026-03-01T00:00:00Z', lastAt: '2026-03-01T00:00:00Z' };
const act = (name: string) => ({ service: 's3', name, access: 'read', ...seen });
const count = (name: string, identities: number) => ({ service: 's3', name, identities });
const role = { kind: 'role', provider: 'aws' } as const;

test('acts that few of its peers do are its own way, and those that most of them do and it never did are theirs', () => {
  const acts = [count('get', 40), count('put', 21), count('list', 19), count('copy', 4), count('tag', 3)];
  const of = { ...role, actions: [act('get'), act('tag'), act('delete'), act('copy')] };
  expect(peerHabits(of, { count: 40, acts }, 2_000)).toEqual({
    ...role,
    peers: 40,
    own: [
      { service: 's3', name: 'tag', peers: 3 },
      { service: 's3', name: 'delete', peers: 0 },
    ],
    theirs: [{ service: 's3', name: 'put', peers: 21 }],
  });
});

test('what is not among the acts that were asked for is done by no more than the rarest of them', () => {
  const acts = [count('get', 40), count('put', 30)];
  expect(peerHabits({ ...role, actions: [act('delete')] }, { count: 40, acts }, 2).own).toEqual([]);
});

test('of a few peers nobody can say what most of them do', () => {
  const few = peerHabits({ ...role, actions: [act('get')] }, { count: 2, acts: [count('put', 2)] }, 2_000);
  expect(few).toMatchObject({ peers: 2, own: [], theirs: [] });
});
