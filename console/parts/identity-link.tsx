/** An identity by its name, as a link to its page. */
import { visible } from '../../src/render/visible.ts';
import { LogText } from './log-text.tsx';
import { hrefOf } from './route.ts';
import { shortName } from './words.ts';

interface IdentityLinkProps {
  readonly id: string;
  readonly name?: string | undefined;
  /** Where it is at home, since several identities may share an id. */
  readonly provider?: string | undefined;
  readonly account?: string | undefined;
  readonly max?: number;
}

export function IdentityLink({ id, name, provider, account, max = 60 }: IdentityLinkProps) {
  return (
    <a href={hrefOf(['identities', id], { provider, account })} title={visible(id)}>
      <LogText text={name ?? (id.length > max ? shortName(id) : id)} max={max} />
    </a>
  );
}
