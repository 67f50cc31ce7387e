/** The log at a terminal: one line an event, what went wrong beneath it, and nothing of a log that acts there. */
import { expect, test } from 'vitest';
import { readable } from './readable.ts';
import { createTelemetry } from './telemetry.ts';

class Outage extends Error {
  override readonly name = 'Outage';
  readonly remedy = 'start it';
}

function open() {
  let written = '';
  const destination = {
    write(text: string) {
      written += text;
    },
  };
  const telemetry = createTelemetry({ level: 'info', destination, readable: true });
  return { telemetry, written: () => written };
}
const TIME = String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ`;

test('an event is one line: time, level, what happened and its fields', () => {
  const { telemetry, written } = open();
  telemetry.event('file-exposed', {
    key: 'http.tokensFile',
    file: 'my tokens',
    reason: 'can be changed by others',
    remedy: '',
  });
  telemetry.event('stopped', { seconds: 1.5 });
  expect(written()).toMatch(
    new RegExp(
      `^${TIME} warn  others on this machine .* key=http\\.tokensFile file="my tokens" reason="can be changed by others" .*\\n` +
        `${TIME} info  .* seconds=1\\.5\\n$`,
    ),
  );
});

test('a fault stands beneath with its remedy, a bug with the places it came from', () => {
  const { telemetry, written } = open();
  telemetry.event('failed', { error: new Outage('the broker is down') });
  telemetry.event('failed', { error: new TypeError('x is no function') });
  const [head, message, remedy, second, bug, ...places] = written().trimEnd().split('\n');
  expect(head).toMatch(new RegExp(`^${TIME} fatal `));
  expect([message, remedy]).toEqual(['    the broker is down', '    start it']);
  expect(second).toMatch(new RegExp(`^${TIME} fatal `));
  expect(bug).toBe('    x is no function');
  expect(places.length).toBeGreaterThan(0);
  for (const place of places) expect(place).toMatch(/^ {4}at /);
});

const PLANT = '\u001b[31m\u009b1A\u202e\u200b\u2028\r\nFORGED line"';

test('no text of a log acts on the terminal or begins a line', () => {
  const { telemetry, written } = open();
  telemetry.event('failed', { error: new Outage(`no ${PLANT}`) });
  telemetry.event('failed', { error: `no ${PLANT}` });
  telemetry.event('file-exposed', { key: PLANT, file: PLANT, reason: PLANT, remedy: PLANT });
  const raw = readable(`no JSON ${PLANT}`);
  const odd = readable(JSON.stringify({ level: PLANT, time: PLANT, msg: PLANT, [PLANT]: { [PLANT]: PLANT } }));
  for (const line of `${written()}${raw}${odd}`.split('\n')) {
    expect(line).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
    expect(line).not.toMatch(/^\s*FORGED/);
  }
  expect(written()).toContain('\\u001b[31m');
});
