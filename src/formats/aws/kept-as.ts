/** Gives secrets and parameters one id each, however a request of AWS names them. */

/** The end of an ARN that Secrets Manager made up; one of six small letters alone may be of the name. */
const MADE_UP = /-(?=[a-z]*[A-Z0-9])[A-Za-z0-9]{6}$/;
/** What names of secrets and parameters are made of. */
const NAME = /^[\w/+=.@!-]+$/;

/** Where a request was made, and by whose account: what a name alone is of. */
export interface Caller {
  readonly region: string | undefined;
  readonly account: string | undefined;
}

/**
 * The ARN of a secret or a parameter that a request names in its own words: by its name, or by an ARN with an ending that was made up.
 * Everything else comes back as it is.
 */
export function keptAs(service: string, event: string, id: string, { region, account }: Caller): string {
  const isSecret = service === 'secretsmanager';
  if (!isSecret && !(service === 'ssm' && event.includes('Parameter'))) return id;
  if (id.startsWith('arn:')) return isSecret ? id.replace(MADE_UP, '') : id;
  if (region === undefined || account === undefined || !NAME.test(id)) return id;
  const partition = region.startsWith('cn-') ? 'aws-cn' : region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
  const thing = isSecret ? `secret:${id}` : `parameter/${id.replace(/^\//, '')}`;
  return `arn:${partition}:${service}:${region}:${account}:${thing}`;
}
