/** Which of the granted scopes an identity uses. */
import type { Usage } from '../api/answers.ts';

/** Whether a granted scope covers something that was done: the same word, or the service of the act. */
export function isUsed(granted: string, { actions, scopes }: Pick<Usage, 'actions' | 'scopes'>): boolean {
  const word = granted.toLowerCase();
  const prefix = word.endsWith('*') ? word.slice(0, -1) : undefined;
  const names = actions.flatMap(({ service, name }) => [service, name, `${service}:${name}`]);
  return [...names, ...scopes.filter(({ activities, refused }) => activities > refused).map(({ scope }) => scope)].some(
    (one) => {
      const used = one.toLowerCase();
      return used === word || (prefix !== undefined && used.startsWith(prefix));
    },
  );
}
