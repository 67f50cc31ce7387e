import { expect, test } from 'vitest';
import type { Activity } from '../../schemas/activity.ts';
import type { Alert } from '../../schemas/alert.ts';
import { exampleAlert, exampleChange, exampleDrift } from '../../test/unit/example-alert.ts';
import { presentAlert } from './alert.ts';
import { written } from './print.ts';

const ESCAPE = '\u001b';
const asText = (alert: Alert, width: number | undefined, colour = false) =>
  presentAlert(alert, { width })
    .map((line) => written(line, colour))
    .join('\n');

test('a person finds the sentence, the owner, usual against seen, what to do, what it stops and the way back', () => {
  const alert = exampleAlert();
  const text = asText(alert, 100);
  const flat = text.replace(/\s+/g, ' ');
  expect(flat).toContain(alert.title);
  expect(flat).toContain(alert.owner ?? 'no known owner');
  expect(flat).toContain(alert.recommendation.action);
  expect(flat).toContain(alert.recommendation.undo);
  for (const stop of alert.recommendation.wouldStop) expect(flat).toContain(stop);
  const strongest = [...alert.evidence].sort((a, b) => b.nats - a.nats)[0]!;
  expect(text).toContain(strongest.field);
});

test('without colour there is no escape sequence; with colour there is', () => {
  expect(asText(exampleAlert(), 80)).not.toContain(ESCAPE);
  expect(asText(exampleAlert(), 80, true)).toContain(ESCAPE);
});

test.each([40, 60, 80, 100, 120, 200])(
  'no line is longer than %i columns but for a word that cannot be broken',
  (width) => {
    for (const line of asText(exampleAlert(), width).split('\n'))
      if (line.length > width)
        expect(
          line
            .trim()
            .split(/\s+/)
            .some((word) => word.length > width / 3),
          line,
        ).toBe(true);
  },
);

test('our own signs are told in ASCII, in sentence and table alike', () => {
  const alert = exampleAlert();
  const odd = {
    ...alert,
    title: 'the job’s key did a → b…',
    evidence: alert.evidence.map((row) => ({ ...row, seen: 'a → b', usual: 'c…' })),
  };
  const text = asText(odd, 80);
  expect(text).not.toMatch(/[→…’]/);
  expect(text).toContain("the job's key did a -> b...");
  expect(text).toContain('a -> b  ');
});

test('many techniques are wrapped like any other text', () => {
  const techniques = Array.from({ length: 30 }, (_, n) => `T${1_500 + n}.001`);
  for (const line of asText({ ...exampleAlert(), techniques }, 80).split('\n'))
    if (line.includes('T1500') || line.includes('T1529')) expect(line.length).toBeLessThanOrEqual(80);
});

test('of an agent it is told whether the agent itself changed, and what it is made of since when', () => {
  const text = asText(exampleAlert({ drift: exampleDrift }), 100).replace(/\s+/g, ' ');
  expect(text).toContain(
    'cause of the drift: model; model model-2 since 2026-11-02T02:34Z; tools 2 tools: read, search since 2026-10-10T00:00Z',
  );
  expect(asText(exampleAlert(), 100)).not.toContain('cause of the drift');
});

test('where a part of the agent changed and explains nothing, it is not said that nothing changed', () => {
  const text = (drift: Alert['drift']) => asText(exampleAlert({ drift }), 200).replace(/\s+/g, ' ');
  expect(text({ ...exampleDrift, cause: 'none' })).toContain(
    'cause of the drift: none known: its model changed, which does not explain it; model model-2 since',
  );
  const steady = exampleDrift.parts.map((part) => ({ ...part, changed: false }));
  expect(text({ ...exampleDrift, cause: 'none', parts: steady })).toContain(
    'cause of the drift: nothing that the agent is made of changed; model model-2',
  );
});

test('techniques stand with their names', () => {
  expect(asText(exampleAlert({ techniques: ['T1537', 'NHI5', 'T9999'] }), 200)).toMatch(
    /^ {2}techniques: T1537 Transfer Data to Cloud Account, NHI5 Overprivileged NHI, T9999$/m,
  );
  expect(asText(exampleAlert({ techniques: [] }), 200)).not.toContain('techniques:');
});

test('who changed it is told with the name, the time and what that does to the evidence', () => {
  const text = asText(exampleAlert({ changes: [exampleChange] }), 100).replace(/\s+/g, ' ');
  expect(text).toContain(
    'who changed it: key key-2 was made 14 minutes before by role/rotator, as every month (iam:CreateAccessKey); at 2026-11-02T02:20Z by arn:aws:iam::111111111111:role/rotator; explains credential.id',
  );
  expect(asText(exampleAlert(), 100)).not.toContain('who changed it');
});

test('several findings about one act are one row, with the strongest first and what is known of it', () => {
  const [like] = exampleAlert().evidence;
  const nobody = { identity: 0, peers: 0, tenant: 0 };
  const of = (field: string, nats: number, prevalence = nobody) => ({
    ...like!,
    field,
    nats,
    prevalence,
    action: 'iam:CreateUser',
    things: ['user/x'],
  });
  const alert = exampleAlert({
    evidence: [
      of('action.name', 3, { identity: 0, peers: 0.5, tenant: 0 }),
      of('resource.id', 5),
      of('action.access', 1),
    ],
  });
  const rows = asText(alert, undefined)
    .split('\n')
    .filter((line) => line.includes('iam:CreateUser -> user/x'));
  expect(rows).toHaveLength(1);
  expect(rows[0]).toMatch(/^ {2}resource\.id, action\.name \+1 +by 50 % of its peers {2}/);
});

test('what was as usual is told of the activities at hand: a value they share, else the name alone; strange and unknown things are not', () => {
  const activity = (at: string, country: string): Activity => ({
    id: at,
    at,
    tenant: 'default',
    identity: { id: 'x', kind: 'role', provider: 'aws' },
    action: { name: 'iam:CreateUser', service: 'iam', access: 'admin' },
    source: { ip: '203.0.113.77', country },
    outcome: 'success',
  });
  const seen = [activity('2026-11-02T03:14:07.000Z', 'RU'), activity('2026-11-02T04:14:07.000Z', 'DE')];
  const [like] = exampleAlert().evidence;
  const alert = exampleAlert({ evidence: [{ ...like!, field: 'source.ip' }] });
  const text = presentAlert(alert, { width: 200 }, { activities: seen })
    .map((line) => written(line, false))
    .join('\n');
  expect(text).toContain('nothing strange in: country, action iam:CreateUser, hour');
  expect(text).not.toMatch(/nothing strange in:.*(address|client|thing)/);
  expect(asText(alert, 200)).not.toContain('nothing strange');
});

test('how strong it is comes in words: one activity is no activities, and a small share is told as one of many', () => {
  expect(asText(exampleAlert({ p: 0.000_02, activityCount: 1, techniques: [] }), 200)).toMatch(
    /score 23\.4 nats; 1 harmless day in 50,000 of identities like it looks as odd as this; 1 activity$/m,
  );
  expect(asText(exampleAlert({ p: 0.9, maturity: 40 }), 200)).toContain(
    'most harmless days of identities like it look as odd as this; 3 activities; 40 % learned',
  );
});
