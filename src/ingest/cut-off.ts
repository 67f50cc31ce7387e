/** Tells a record that was cut by its sender from one that never was JSON. */

const QUOTE = 34;
const BACKSLASH = 92;
const OPENS: ReadonlySet<number> = new Set([91, 123]);
const CLOSES: ReadonlySet<number> = new Set([93, 125]);

/** Whether a text that is not valid JSON begins like a JSON object or array and ends inside of it. */
export function isCutOff(text: string): boolean {
  const start = text.trimStart();
  if (!/^(?:\{\s*(?:"|$)|\[)/.test(start)) return false;
  let depth = 0;
  let inString = false;
  for (let at = 0; at < start.length; at++) {
    const code = start.charCodeAt(at);
    if (inString) {
      if (code === BACKSLASH) at++;
      else if (code === QUOTE) inString = false;
    } else if (code === QUOTE) inString = true;
    else if (OPENS.has(code)) depth++;
    else if (CLOSES.has(code) && --depth === 0) return false;
  }
  return true;
}
