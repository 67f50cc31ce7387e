/** Fills the placeholders of a recipe, each by the rules of the place where it stands, so that no value can become syntax. */

/** A value that must not stand where the recipe puts it, or one that is missing; `message` names the placeholder, never the value. */
export class TemplateError extends Error {
  override readonly name = 'TemplateError';
}

export type Values = Readonly<Record<string, string>>;

const PLACEHOLDER = /\{([a-zA-Z][a-zA-Z0-9]*)\}/g;

/** Names of the placeholders in a template, however deep. */
export function placeholders(template: unknown): Set<string> {
  if (typeof template === 'string') return new Set([...template.matchAll(PLACEHOLDER)].map(([, name]) => name!));
  if (typeof template !== 'object' || template === null) return new Set();
  return new Set(Object.values(template).flatMap((part) => [...placeholders(part)]));
}

function fill(template: string, values: Values, escaped: (value: string, name: string) => string): string {
  return template.replace(PLACEHOLDER, (_, name: string) => {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    if (value === undefined || value === '') throw new TemplateError(`{${name}} has no value`);
    return escaped(value, name);
  });
}

/**
 * Path and query of a URL: a value stays within its segment or its parameter. `.` and `..` would walk up the path even when
 * encoded, and a lone surrogate has no encoding: both are refused.
 */
export function fillPath(template: string, values: Values): string {
  return fill(template, values, (value, name) => {
    if (value === '.' || value === '..' || /\p{Surrogate}/u.test(value))
      throw new TemplateError(`{${name}} cannot stand in a URL`);
    return encodeURIComponent(value).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
  });
}

/** A header: printable ASCII only, so that no value can end the line. */
export function fillHeader(template: string, values: Values): string {
  return fill(template, values, (value, name) => {
    if (!/^[\x20-\x7e]+$/.test(value)) throw new TemplateError(`{${name}} cannot stand in a header`);
    return value;
  });
}

/** The texts within a JSON value; what a text says never becomes structure. `{"$json": ...}` is written as text of its own. */
export function fillJson(template: unknown, values: Values): unknown {
  if (typeof template === 'string') return fill(template, values, (value) => value);
  if (Array.isArray(template)) return template.map((item) => fillJson(item, values));
  if (typeof template !== 'object' || template === null) return template;
  const members = Object.entries(template);
  const [only] = members;
  if (members.length === 1 && only?.[0] === '$json') return JSON.stringify(fillJson(only[1], values));
  return Object.fromEntries(members.map(([key, member]) => [key, fillJson(member, values)]));
}

/** `application/x-www-form-urlencoded`, encoded by the standard. */
export function fillForm(template: Readonly<Record<string, unknown>>, values: Values): string {
  const form = new URLSearchParams();
  for (const [name, part] of Object.entries(template)) form.set(name, String(fillJson(part, values)));
  return form.toString();
}
