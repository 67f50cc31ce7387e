/** A chain of who acts for whom, drawn from top to bottom and readable as a list. Where several act alike they stand side by side. */
import { visible } from '../../src/render/visible.ts';
import { LogText } from './log-text.tsx';
import { hrefOf } from './route.ts';
import { shortName } from './words.ts';

export interface Hop {
  readonly id: string;
  readonly kind: string;
  readonly tone?: 'identity' | 'target';
  /** It has a page, of this provider and account. */
  readonly home?: { readonly provider?: string; readonly account?: string | undefined };
}

/** Of a name that stands in a box. */
const TARGET_UNITS = 36;

function Box({ hop: { id, kind, tone, home } }: { readonly hop: Hop }) {
  return (
    <span class={`hop ${tone === undefined ? '' : `hop-${tone}`}`} title={visible(id)}>
      <span class="hop-kind">{kind}</span>
      {home !== undefined ? (
        <a href={hrefOf(['identities', id], home)}>
          <LogText text={shortName(id)} max={32} />
        </a>
      ) : (
        <LogText text={tone === 'target' ? id : shortName(id)} max={TARGET_UNITS} />
      )}
    </span>
  );
}

export function PathGraph({
  hops,
  label,
}: {
  readonly hops: readonly (Hop | readonly Hop[])[];
  readonly label: string;
}) {
  const steps = hops.map((step) => ('id' in step ? [step] : step)).filter((step) => step.length > 0);
  return (
    <ol class="path" aria-label={label}>
      {steps.map((step, index) => (
        <li key={`${index} ${step[0]?.id}`} class="path-step">
          {step.map((hop) => (
            <Box key={hop.id} hop={hop} />
          ))}
        </li>
      ))}
    </ol>
  );
}
