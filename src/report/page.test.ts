/** A report is one page that needs nothing besides itself, whatever the logs held. */
import { describe, expect, test } from 'vitest';
import type { Budget } from '../../schemas/console.ts';
import type { Fleet } from '../../schemas/fleet.ts';
import { exampleAlert } from '../../test/unit/example-alert.ts';
import { reportPage } from './page.ts';
import type { Report } from './report.ts';

/** Text that would run, end an element or an attribute, and turn round what stands beside it, if it ever were markup. */
const EVIL = `"'><img src=x onerror=alert(1)><script>alert(1)</script></style></svg><!--\u202e\u0007\u0000\u001b[2J\r\nFORGED\u009b1A\u0085\u2066\u200b\u2028\u{e0041}&amp;`;

const list = { count: 0, shown: [] };
const fleet: Fleet = {
  asOf: '2026-03-31T00:00:00.000Z',
  isCut: false,
  grantsKnown: 0,
  identities: 0,
  kinds: [],
  providers: [],
  owners: [],
  coverage: { owner: 0, purpose: 0, expiry: 0, all: 0 },
  learning: 0,
  drifting: list,
  unowned: list,
  dormant: list,
  fresh: list,
  longLived: list,
  unusedGrants: list,
  ended: list,
};
const budget: Budget = { falsePerDay: 2, spentToday: 0, days: [], historyDays: 0, why: 'learning' };
const empty: Report = {
  tenant: 'acme',
  version: '1.0.0',
  madeAt: '2026-11-03T00:00:00.000Z',
  watched: { activities: 0, inputs: [], unread: [] },
  fleet,
  budget,
  alerts: [],
  alertsInAll: 0,
  alertsCut: false,
  detectors: [],
};

/** The same value with every text in it replaced, times and closed words apart. */
function planted<T>(value: T): T {
  const keep = new Set(['severity', 'status', 'action', 'kind', 'at', 'firstAt', 'lastAt', 'raisedAt', 'expiresAt']);
  const walk = (here: unknown, key: string): unknown => {
    if (typeof here === 'string') return keep.has(key) ? here : `${here}${EVIL}`;
    if (Array.isArray(here)) return here.map((one) => walk(one, key));
    if (typeof here !== 'object' || here === null) return here;
    return Object.fromEntries(Object.entries(here).map(([name, child]) => [name, walk(child, name)]));
  };
  return walk(value, '') as T;
}

const days = { points: [1, 2, 3].map((day) => ({ day: `2026-11-0${day}`, activities: day * 7 })) };
const full: Report = {
  ...empty,
  since: '2026-10-01T00:00:00.000Z',
  watched: {
    activities: 1_234,
    firstAt: '2026-10-01T00:00:00.000Z',
    lastAt: '2026-11-02T04:00:00.000Z',
    inputs: [{ provider: 'aws', identities: 3, activities: 1_234 }],
    unread: [
      { what: 'skipped', reason: 'aws-cloudtrail: a digest', records: 9 },
      { what: 'dead', reason: 'not json', records: 5 },
    ],
  },
  alerts: [
    {
      alert: exampleAlert({ delegation: [{ id: 'boss', kind: 'human' }], owner: 'team-deploy' }),
      standing: 'new',
      days,
    },
  ],
  alertsInAll: 1,
  budget: {
    ...budget,
    threshold: 4.5,
    why: 'history',
    days: [{ day: '2026-11-02', spent: 3, alerts: 1 }],
  },
  fleet: {
    ...fleet,
    identities: 3,
    learning: 1,
    kinds: [{ name: 'role', identities: 3 }],
    unowned: {
      count: 12,
      shown: [
        {
          id: 'role-1',
          kind: 'role',
          provider: 'aws',
          firstAt: '2026-10-01T00:00:00.000Z',
          lastAt: '2026-11-01T00:00:00.000Z',
          activities: 9,
          longLived: 0,
          alerts: 0,
          score: 0,
        },
      ],
    },
  },
  detectors: [
    {
      id: 'unexpected-source',
      title: 'Unexpected source',
      enabled: true,
      blindSpots: ['A source it knows.', 'a thief next door'],
    },
    { id: 'off-one', title: 'Turned off one', enabled: false, blindSpots: [] },
  ],
};

/** Names of the elements of a page, and its attributes with their values, as a browser would find them. */
function elementsOf(page: string) {
  const tags = [...page.matchAll(/<([a-z][a-z0-9]*)((?:\s+[a-z-]+(?:="[^"]*")?)*)\s*\/?>/gi)];
  return {
    names: new Set(tags.map(([, name]) => name!.toLowerCase())),
    attributes: tags.flatMap(([, , text]) =>
      [...text!.matchAll(/([a-z-]+)="([^"]*)"/gi)].map(([, name, value]) => [name!, value!] as const),
    ),
  };
}

describe('text of logs in a report', () => {
  const page = reportPage(planted(full));

  test('is never markup, in whatever field it stands', () => {
    const clean = elementsOf(reportPage(full));
    const { names, attributes } = elementsOf(page);
    expect([...names].sort()).toEqual([...clean.names].sort());
    expect(names).not.toContain('script');
    expect(names).not.toContain('img');
    expect(attributes.filter(([name]) => /^on/.test(name))).toEqual([]);
    // Each < of the page begins an element of ours.
    expect(page.match(/<(?![a-z/!])/gi)).toBeNull();
    expect(page.match(/<!--/g)).toBeNull();
  });

  test('is shown with what hides in it', () => {
    // The line ends that are left are those of the page, none stands before what is forged.
    expect(page.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u);
    expect(page).not.toMatch(/^FORGED/m);
    expect(page).toContain('\\u202e');
    expect(page).toContain('&lt;img src=x');
  });
});

test('a report needs nothing besides itself, and its own policy lets nothing else in', () => {
  const page = reportPage(full);
  const { attributes } = elementsOf(page);
  const loaded = attributes.filter(
    ([name, value]) => /^(src|href|action|data|style)$/.test(name) && !/^#[a-z]+$/.test(value),
  );
  expect(loaded).toEqual([]);
  expect(page).not.toMatch(/url\(|@import|javascript:/i);
  expect(page).toMatch(/content="default-src 'none'; style-src 'sha256-[A-Za-z0-9+/]{43}='"/);
  expect(page).toContain('@media print');
  expect(page).toContain('prefers-color-scheme:dark');
});

test('a report is read by ear, by keyboard and on a phone: no heading is left out, what scrolls can be reached, cells name their column', () => {
  const page = reportPage(full);
  const levels = [...page.matchAll(/<h([1-6])>/g)].map(([, level]) => Number(level));
  expect(levels.length).toBeGreaterThan(8);
  expect(levels.filter((level, index) => level > (levels[index - 1] ?? 0) + 1)).toEqual([]);
  expect(page.match(/<div class="wide"(?! role="group" aria-label="[^"]+" tabindex="0")/)).toBeNull();
  expect(page.match(/<td(?! data-column=")/)).toBeNull();
  expect(page).toContain('<li>A source it knows.</li><li>a thief next door</li>');
});

test('a report tells what was watched, found, spent, not owned and not seen', () => {
  const page = reportPage(full);
  const text = page
    .replace(/<style>[\s\S]*?<\/style>/, '')
    .replace(/<[^>]+>/g, ' ')
    .replace(/\s+/g, ' ');
  expect(text).toContain('1,234 activities');
  expect(text).toContain('dead not json 5');
  expect(text).toContain('1 alert: 1 high');
  expect(text).toContain('Without an owner: 12');
  expect(text).toContain('and 11 more');
  expect(text).toContain('Asked for were 2 false alerts a day');
  expect(text).toContain('5 records could not be read');
  expect(text).toContain('9 records were left out on purpose');
  expect(text).toContain('skipped aws-cloudtrail: a digest 9');
  expect(text).toContain('Turned off: Turned off one.');
  expect(text).toContain('A source it knows.');
  // A picture says in words what it shows.
  const pictures = [...page.matchAll(/<svg [^>]*aria-label="([^"]+)"/g)].map(([, label]) => label);
  expect(pictures).toEqual([
    expect.stringContaining('human boss, then'),
    expect.stringContaining('Activities a day, at most 21'),
    expect.stringContaining('Surprise in nats'),
    expect.stringContaining('against the 2 a day'),
  ]);
});

test('a report about nothing says so, and that no alert is no proof', () => {
  const page = reportPage(empty);
  expect(page).toContain('Nothing was read');
  expect(page).toContain('No alert was raised');
  expect(page).not.toContain('NaN');
  expect(page).not.toContain('undefined');
});
