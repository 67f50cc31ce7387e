/** Takes a row of comma-separated values apart, as PostgreSQL and pgaudit write it: a quote inside quotes stands twice. */

/** More fields than any row of PostgreSQL has. */
const FIELDS_MAX = 64;

/** The fields of one row; what follows an open quote is the last field. Never more than 64. */
export function fieldsOfRow(row: string): string[] {
  const fields: string[] = [];
  let at = 0;
  while (at <= row.length && fields.length < FIELDS_MAX) {
    if (row[at] === '"') {
      let field = '';
      let end = at + 1;
      for (;;) {
        const quote = row.indexOf('"', end);
        if (quote === -1) {
          fields.push(field + row.slice(end));
          return fields;
        }
        field += row.slice(end, quote);
        if (row[quote + 1] !== '"') {
          end = quote + 1;
          break;
        }
        field += '"';
        end = quote + 2;
      }
      const comma = row.indexOf(',', end);
      fields.push(field);
      if (comma === -1) return fields;
      at = comma + 1;
    } else {
      const comma = row.indexOf(',', at);
      if (comma === -1) {
        fields.push(row.slice(at));
        return fields;
      }
      fields.push(row.slice(at, comma));
      at = comma + 1;
    }
  }
  return fields;
}
