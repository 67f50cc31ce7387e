/** Loads mapping files and puts the formats they make on the shelf. */
import { ConfigError, type ConfigProblem } from '../config/config-error.ts';
import { readYaml } from '../config/read-yaml.ts';
import type { Format } from '../ingest/format.ts';
import { createMapping } from '../ingest/mapping-format.ts';

const PAGE = 'docs/mapping-files.md';

/** The format that a mapping file makes. Throws a ConfigError with every problem of the file and its place. */
export function loadMapping(file: string): Format {
  const read = readYaml(file);
  if ('absent' in read)
    throw new ConfigError(
      [{ at: file, key: '', wrong: 'does not exist', remedy: 'name an existing mapping file' }],
      PAGE,
    );
  if ('problems' in read) throw new ConfigError(read.problems, PAGE);
  const { layer } = read;
  const mapping = createMapping(layer.value, `Mapping file ${file}`);
  if ('format' in mapping) return mapping.format;
  /** The nearest thing on the way that is written in the file: what is missing has no place of its own. */
  const placeOf = (path: readonly (string | number)[]): string => {
    for (let length = path.length; length > 0; length--) {
      const at = layer.at(path.slice(0, length));
      if (at !== file) return at;
    }
    return file;
  };
  throw new ConfigError(
    mapping.problems.map(({ path, wrong, remedy }) => ({ at: placeOf(path), key: path.join('.'), wrong, remedy })),
    PAGE,
  );
}

/** Puts the formats of these files beside those of the shelf. Throws a ConfigError where one takes the id of another. */
export function shelveMappings(files: readonly string[], formats: Map<string, Format>): void {
  const problems: ConfigProblem[] = [];
  for (const file of files) {
    const format = loadMapping(file);
    const known = formats.get(format.id);
    // Two configurations of one command may name the same file.
    if (known !== undefined && known.about.source !== format.about.source)
      problems.push({
        at: file,
        key: 'id',
        wrong: `there is a format ${format.id} already`,
        remedy: 'choose another id',
      });
    else formats.set(format.id, format);
  }
  if (problems.length > 0) throw new ConfigError(problems, PAGE);
}

/** What `--format` names: an id as it is, or a mapping file, whose format is put on the shelf. */
export function namedFormat(named: string, formats: Map<string, Format>): string {
  if (named === 'auto' || formats.has(named) || !/[/\\]|\.(?:ya?ml|json)$/i.test(named)) return named;
  const format = loadMapping(named);
  formats.set(format.id, format);
  return format.id;
}
