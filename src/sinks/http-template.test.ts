import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { Alert } from '../../schemas/alert.ts';
import { exampleAlert, hugeAlert } from '../../test/unit/example-alert.ts';
import { httpReceiver } from '../../test/unit/http-receiver.ts';
import { deliveryOf, sinkContext } from '../../test/unit/sink-context.ts';
import { sink } from './http-template.ts';

const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

const optionsOf = (more: object) =>
  sink.options.parse({ url: 'https://example.com/hook', body: '{{ title }}', ...more });
const said = (more: object, alert: Alert = exampleAlert()) =>
  JSON.parse(sink.encode(alert, optionsOf(more), { publicUrl: 'https://tidemark.example.com' }));
const wrong = (more: object) => {
  const outcome = sink.options.safeParse({ url: 'https://example.com/hook', body: '{{ title }}', ...more });
  return outcome.success ? undefined : outcome.error.issues.map(({ message }) => message).join('; ');
};

describe('a template', () => {
  it('puts fields of the alert, maps and the link in their places', () => {
    const alert = exampleAlert({ severity: 'critical', id: 'a1' });
    const body = {
      summary: '{{ severity }}: {{ who }}',
      urgency: '{{ urgency }}',
      first: '{{ evidence.0.field }}',
      score: '{{ score }}',
      url: '{{ link }}',
      none: '{{ incident }}',
      kept: [1, true, null, 'as it is'],
    };
    const maps = { urgency: { of: 'severity', to: { critical: 1 }, otherwise: 3 } };
    expect(said({ body, maps }, { ...alert, incident: undefined } as Alert)).toEqual({
      summary: 'critical: ci-deployer',
      urgency: 1,
      first: alert.evidence[0]!.field,
      score: alert.score,
      url: 'https://tidemark.example.com/#/alerts/a1',
      none: '',
      kept: [1, true, null, 'as it is'],
    });
  });

  it('a value is never a place, never JSON, never code', () => {
    const title = '","admin":true,"x":"{{ owner }} $\u007bprocess.exit()} <%= 1 %> {{constructor}}';
    const alert = exampleAlert({ title, owner: 'SECRET-OWNER' });
    const out = said({ body: { text: 'new: {{ title }}' } }, alert);
    expect(Object.keys(out)).toEqual(['text']);
    expect(out.text).toBe(`new: ${title}`);
  });

  it('what hides or moves text is made visible, and texts are escaped for what reads them', () => {
    const alert = exampleAlert({ title: '\u202ea](https://evil.example) <b>*' });
    expect(said({ body: '{{ title }}' }, alert)).toContain('\\u202e');
    expect(said({ body: '{{ title }}', escape: 'markdown' }, alert)).toContain('a\\]\\(https://evil.example\\)');
    expect(said({ body: '{{ title }}', escape: 'html' }, alert)).not.toMatch(/[<>]/);
    const link = said({ body: '[open]({{ link }})', escape: 'markdown' }, exampleAlert({ id: 'a-1' }));
    expect(link).toBe('[open](https://tidemark.example.com/#/alerts/a-1)');
  });

  it.each([
    ['{{ constructor }}', /names no field/],
    ['{{ __proto__.polluted }}', /no path of names/],
    ['{{ titel }}', /names no field/],
    ['{{ title | upper }}', /no path of names/],
    ['{{ 1+1 }}', /no path of names/],
  ])('%s is refused before anything is sent', (body, message) => {
    expect(wrong({ body: { deep: [body] } })).toMatch(message);
  });

  it('an own field is found, an inherited one is not', () => {
    expect(said({ body: '{{ identity.constructor }}{{ title.length }}' })).toBe('');
  });

  it('a template that is too deep, two addresses, or a header of two lines is refused', () => {
    let body: unknown = 'x';
    for (let i = 0; i < 40; i++) body = [body];
    expect(wrong({ body })).toMatch(/nested deeper/);
    expect(wrong({ urlFile: 'x' })).toMatch(/one of url and urlFile/);
    expect(wrong({ headers: { 'x-a': 'b\r\nx-c: d' } })).toMatch(/one line/);
  });

  it('cuts values until the body fits', () => {
    const body = { all: Array.from({ length: 40 }, () => '{{ title }} {{ evidenceText }}') };
    const text = sink.encode(hugeAlert(), optionsOf({ body, bodyMaxBytes: 20_000 }));
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(20_000);
  });
});

it('sends with its headers, only the versions that were asked for, and gives up on what the receiver calls wrong', async () => {
  const http = await httpReceiver({ status: 201 });
  undo.push(() => http.close());
  const context = sinkContext({ key: 'Basic dXNlcjpwYXNz' });
  undo.push(() => context.close());
  const all = optionsOf({
    url: `${http.url}/rest/api/3/issue`,
    headers: { 'X-Atlassian-Token': 'no-check' },
    secretHeaderFiles: { Authorization: 'key' },
    on: ['raised'],
  });
  const open = await sink.open(all, context);
  const send = (alert: Alert) => open.deliver(deliveryOf(alert, sink.encode(alert, all)), AbortSignal.timeout(5_000));
  expect(await send(exampleAlert({ version: 1 }))).toEqual({ status: 'delivered' });
  expect(await send(exampleAlert({ version: 2 }))).toEqual({ status: 'delivered' });
  expect(http.received).toHaveLength(1);
  expect(http.received[0]).toMatchObject({
    method: 'POST',
    path: '/rest/api/3/issue',
    headers: { authorization: 'Basic dXNlcjpwYXNz', 'x-atlassian-token': 'no-check' },
  });
  http.usual = { status: 422 };
  expect(await send(exampleAlert({ version: 1, id: 'b' }))).toEqual({ status: 'refused', reason: 'HTTP 422' });
});

/** Texts of a body in which `part` stands, by the names that lead there. */
function textsWith(part: string, value: unknown, path = ''): (readonly [path: string, text: string])[] {
  if (typeof value === 'string') return value.includes(part) ? [[path, value]] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => textsWith(part, inner, `${path}/${name}`));
}

describe('the examples of docs/sinks.md', () => {
  const page = readFileSync(new URL('../../docs/sinks.md', import.meta.url), 'utf8');
  const examples = [...page.matchAll(/^```yaml\n(sinks:\n[\s\S]*?)^```$/gm)]
    .flatMap(([, block]) => Object.entries(parse(block!).sinks as Record<string, Record<string, unknown>>))
    .filter(([, { type }]) => type === 'http-template');
  it('are Teams, Jira and ServiceNow', () => {
    expect(examples.map(([name]) => name)).toEqual(['teams', 'jira', 'servicenow']);
  });
  it.each(examples)('%s is accepted and says the alert', (_, { type, filter, ...rest }) => {
    const all = sink.options.parse(rest);
    const alert = exampleAlert({ version: 1, title: 'quote " and \\ and \n line' });
    const body = sink.encode(alert, all, { publicUrl: 'https://tidemark.example.com' });
    expect(JSON.stringify(JSON.parse(body))).toBe(body);
    expect(body).toContain('https://tidemark.example.com/#/alerts/');
    expect(body).not.toContain('{{');
  });
  it.each(examples)(
    '%s makes no link, mention or picture of what a log says, in whatever field',
    (_, { type, filter, ...rest }) => {
      const planted =
        '[pay](https://evil.example) ![x](https://evil.example/p.png) [pay|https://evil.example] !https://evil.example/p.png! <at>all</at> <b>';
      const alert = exampleAlert({ title: planted });
      const odd = { ...alert, identity: { ...alert.identity, name: planted, id: planted } };
      const body = JSON.parse(
        sink.encode(odd, sink.options.parse(rest), { publicUrl: 'https://tidemark.example.com' }),
      );
      const texts = textsWith('evil.example', body);
      expect(texts.length).toBeGreaterThan(0);
      // What a receiver shows as it stands: a text of Atlassian's document format, a summary, the fields of ServiceNow.
      const isPlain = (path: string) =>
        /^\/fields\/(?:description\/.*\/text|summary)$|^\/(?:short_)?description$/.test(path);
      for (const [path, text] of texts) if (!isPlain(path)) expect(text, path).not.toMatch(/(?<!\\)[[\]()!|<>]/);
    },
  );
});
