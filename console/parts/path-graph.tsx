/** A chain of who acts for whom, drawn from left to right and readable as a list. */
import { Fragment } from 'preact';
import { LogText } from './log-text.tsx';
import { hrefOf } from './route.ts';
import { shortName } from './words.ts';

export interface Hop {
  readonly id: string;
  readonly kind: string;
  readonly tone?: 'identity' | 'target';
  /** It has a page. */
  readonly isIdentity?: boolean;
}

export function PathGraph({ hops, label }: { readonly hops: readonly Hop[]; readonly label: string }) {
  return (
    <ol class="path" aria-label={label}>
      {hops.map(({ id, kind, tone, isIdentity }, index) => (
        <Fragment key={`${index} ${id}`}>
          <li class={`hop ${tone === undefined ? '' : `hop-${tone}`}`} title={id}>
            <span class="hop-kind">{kind}</span>
            {isIdentity ? (
              <a href={hrefOf(['identities', id])}>
                <LogText text={shortName(id)} max={32} />
              </a>
            ) : (
              <LogText text={shortName(id)} max={32} />
            )}
          </li>
        </Fragment>
      ))}
    </ol>
  );
}
