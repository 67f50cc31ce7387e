/** An identity by its name, as a link to its page. */
import { LogText } from './log-text.tsx';
import { hrefOf } from './route.ts';
import { shortName } from './words.ts';

interface IdentityLinkProps {
  readonly id: string;
  readonly name?: string | undefined;
  readonly max?: number;
}

export function IdentityLink({ id, name, max = 60 }: IdentityLinkProps) {
  return (
    <a href={hrefOf(['identities', id])} title={id}>
      <LogText text={name ?? (id.length > max ? shortName(id) : id)} max={max} />
    </a>
  );
}
