/** The fleet: every machine identity in numbers, those that somebody should look at, and all of them page by page. */
import type { Fleet } from '../api/answers.ts';
import { api, got } from '../api/client.ts';
import { useResource } from '../api/resource.ts';
import { ClassFit } from '../parts/class-fit.tsx';
import { Download } from '../parts/download.tsx';
import { FleetListPages, LISTS, type ListId } from '../parts/fleet-list.tsx';
import { Inventory } from '../parts/inventory.tsx';
import { useKeys } from '../parts/keys.ts';
import { LogText } from '../parts/log-text.tsx';
import { place, setQuery } from '../parts/route.ts';
import { Empty, Shown } from '../parts/states.tsx';
import { Time } from '../parts/time.tsx';

/** Lists that are no list of identities of the fleet. */
const OTHERS = [
  {
    id: 'gaps',
    name: 'Inventory gaps',
    says: 'What the inventory does not say, and what the logs propose in its place. Owners confirm by a link.',
  },
  {
    id: 'classes',
    name: 'Class fit',
    says: 'Identities that are compared with one another, and whether they alert as often as their share of the budget says. A class that alerts far more often mixes what does not belong together, or its work has changed.',
  },
] as const;
type TabId = ListId | (typeof OTHERS)[number]['id'];
const TABS = [...LISTS.slice(0, -1), ...OTHERS, ...LISTS.slice(-1)];

function Shares({
  title,
  parts,
  of,
}: {
  readonly title: string;
  readonly parts: readonly { readonly name: string; readonly identities: number }[];
  readonly of: number;
}) {
  return (
    <div class="shares-list">
      <h3>{title}</h3>
      {parts.length === 0 && <p class="soft">None known.</p>}
      <ul>
        {parts.slice(0, 8).map(({ name, identities }) => (
          <li key={name}>
            <LogText text={name} max={36} />
            <svg viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true" class="share-wide">
              <rect width="100" height="6" rx="1" class="share-track" />
              <rect width={(100 * identities) / Math.max(1, of)} height="6" rx="1" class="share-fill" />
            </svg>
            <span class="number">{identities.toLocaleString('en')}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}

function Figure({ label, value, of }: { readonly label: string; readonly value: number; readonly of?: number }) {
  return (
    <div class="figure">
      <div class="figure-number">{value.toLocaleString('en')}</div>
      <div class="soft">
        {label}
        {of !== undefined && of > 0 && ` (${Math.round((100 * value) / of)} %)`}
      </div>
    </div>
  );
}

function Overview({ fleet }: { readonly fleet: Fleet }) {
  const { asOf, isCut, identities, coverage, learning, kinds, providers, owners } = fleet;
  return (
    <section class="panel" aria-labelledby="numbers-title">
      <h2 id="numbers-title" class="visually-hidden">
        In numbers
      </h2>
      <div class="figures-line">
        <Figure label="identities" value={identities} />
        <Figure label="with an owner" value={coverage.owner} of={identities} />
        <Figure label="with a purpose" value={coverage.purpose} of={identities} />
        <Figure label="with an end" value={coverage.expiry} of={identities} />
        <Figure label="with all three" value={coverage.all} of={identities} />
        <Figure label="still learning" value={learning} of={identities} />
      </div>
      <div class="three">
        <Shares title="By kind" parts={kinds} of={identities} />
        <Shares title="By provider" parts={providers} of={identities} />
        <Shares title="By owner" parts={owners} of={identities} />
      </div>
      <p class="soft">
        As of <Time at={asOf} withSeconds />.
        {isCut && ' There are more identities than are computed here: these are the first in order of id.'}
      </p>
    </section>
  );
}

function Files({ shown, name }: { readonly shown: TabId; readonly name: string }) {
  if (shown === 'gaps')
    return (
      <>
        <Download path="/v1/inventory.csv" name="tidemark-inventory.csv" label="Export as CSV" />
        <Download path="/v1/inventory.scim" name="tidemark-inventory.json" label="Export as SCIM" />
      </>
    );
  if (shown === 'classes') return <Download path="/v1/classes.csv" name="tidemark-classes.csv" label="Export as CSV" />;
  return (
    <Download
      key={shown}
      path={`/v1/fleet.csv?list=${shown}`}
      name={`tidemark-fleet-${shown}.csv`}
      label={`Export “${name}” as CSV`}
    />
  );
}

export function FleetPage() {
  const fleet = useResource('fleet', () => got(api.GET('/v1/fleet')));
  const asked = place.value.query.get('list');
  const { id: shown, name, says } = TABS.find(({ id }) => id === asked) ?? TABS[0]!;
  useKeys([]);
  const sizeOf = (data: Fleet, id: TabId) => {
    if (id === 'classes') return undefined;
    if (id === 'all') return data.identities;
    return id === 'gaps' ? data.identities - data.coverage.all : data[id].count;
  };
  return (
    <div class="page">
      <h1>Fleet</h1>
      <Shown of={fleet} what="the fleet">
        {(data) =>
          data.identities === 0 ? (
            <Empty title="No identity is known yet.">
              Send logs to <code>/v1/activities</code>, or judge some history with{' '}
              <code>tidemark replay FILES --store DIR</code>.
            </Empty>
          ) : (
            <>
              <Overview fleet={data} />
              <section class="panel" aria-labelledby="list-title">
                <fieldset class="tabs">
                  <legend class="visually-hidden">Which identities</legend>
                  {TABS.map((tab) => (
                    <button
                      key={tab.id}
                      type="button"
                      aria-pressed={shown === tab.id}
                      onClick={() => setQuery({ list: tab.id })}
                    >
                      {tab.name} <span class="soft">{sizeOf(data, tab.id)?.toLocaleString('en')}</span>
                    </button>
                  ))}
                </fieldset>
                <div class="title-line">
                  <h2 id="list-title">{shown === 'all' ? 'All identities' : name}</h2>
                  <div class="acts">
                    <Files shown={shown} name={name} />
                  </div>
                </div>
                <p class="soft">
                  {says}
                  {shown === 'unusedGrants' &&
                    ` Rights are known of ${data.grantsKnown.toLocaleString('en')} identities.`}
                </p>
                {shown === 'gaps' ? (
                  <Inventory />
                ) : shown === 'classes' ? (
                  <ClassFit />
                ) : (
                  <FleetListPages key={shown} id={shown} first={shown === 'all' ? undefined : data[shown]} />
                )}
              </section>
            </>
          )
        }
      </Shown>
    </div>
  );
}
