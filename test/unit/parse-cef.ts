/** A strict reader of CEF lines: throws at whatever the format does not allow. */

/** Splits at unescaped `|`; in the header only `\\` and `\|` are escapes. */
function readHeader(line: string): { fields: string[]; rest: string } {
  const fields: string[] = [];
  let field = '';
  for (let i = 0; i < line.length; i++) {
    const c = line[i] as string;
    if (c === '\\') {
      const next = line[++i];
      if (next !== '\\' && next !== '|') throw new Error(`bad header escape \\${next}`);
      field += next;
    } else if (c === '|') {
      fields.push(field);
      field = '';
      if (fields.length === 7) return { fields, rest: line.slice(i + 1) };
    } else if (c < ' ') throw new Error('control character in the header');
    else field += c;
  }
  throw new Error('header has fewer than seven fields');
}

function readValue(text: string): string {
  let out = '';
  for (let i = 0; i < text.length; i++) {
    const c = text[i] as string;
    if (c === '=') throw new Error('bare = in a value');
    if (c === '\r' || c === '\n') throw new Error('bare line end in a value');
    if (c !== '\\') {
      out += c;
      continue;
    }
    const next = text[++i];
    if (next === 'n') out += '\n';
    else if (next === 'r') out += '\r';
    else if (next === '\\' || next === '=') out += next;
    else throw new Error(`bad value escape \\${next}`);
  }
  return out;
}

/** Header: vendor, product, version, class, name, severity. Keys may come once only. */
export function parseCef(line: string): { header: string[]; extension: Map<string, string> } {
  const { fields, rest } = readHeader(line);
  if (fields[0] !== 'CEF:0') throw new Error('not CEF version 0');
  const extension = new Map<string, string>();
  // A key starts the text or follows a space, and is followed by an unescaped =.
  const starts = [...rest.matchAll(/(?:^| )([A-Za-z][A-Za-z0-9]*)=/g)];
  if (starts[0]?.index !== 0) throw new Error('the extension does not start with a key');
  for (const [index, start] of starts.entries()) {
    const key = start[1] as string;
    if (extension.has(key)) throw new Error(`key ${key} comes twice`);
    extension.set(key, readValue(rest.slice(start.index + start[0].length, starts[index + 1]?.index)));
  }
  return { header: fields.slice(1), extension };
}
