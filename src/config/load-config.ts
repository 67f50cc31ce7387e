/** Makes one configuration of flags, environment, project file, user file and defaults, or says everything that is wrong with it at once. */
import { join } from 'node:path';
import { type Config, configSchema } from '../../schemas/config.ts';
import { ConfigError, type ConfigProblem } from './config-error.ts';
import { leaves } from './effective.ts';
import { type ConfigFinding, findProblems } from './find-problems.ts';
import { withCurrentNames, withCurrentVariables } from './former-names.ts';
import { isTree, type Layer, mergeLayers, originOf, type Tree } from './layer.ts';
import { listenerProblems } from './listener-problems.ts';
import { readEnv } from './read-env.ts';
import { readYaml } from './read-yaml.ts';
import { configShape, type Parts, type Path, type Shape } from './shape.ts';

export interface ConfigSources {
  /** A file named on the command line: takes the place of `./tidemark.yaml` and must exist. */
  readonly path?: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Settings from flags, nested as in the file; undefined ones count as absent. */
  readonly overrides?: Tree | undefined;
  /** With these the options of detectors and sinks are checked too, unknown ids included. */
  readonly detectors?: Parts | undefined;
  readonly sinks?: Parts | undefined;
  /** Log formats by id; with them unknown ones are told. */
  readonly formats?: ReadonlyMap<string, unknown> | undefined;
  /** Directory of `tidemark.yaml`; the working directory unless given. */
  readonly cwd?: string | undefined;
}

export interface LoadedConfig {
  readonly config: Config;
  /** Where each key was said: `default`, `file:line:column`, `env NAME` or `command line`. */
  readonly origins: ReadonlyMap<string, string>;
  /** Files that were read, weakest first. */
  readonly files: readonly string[];
}

/** Files that may say something, weakest first. */
function candidates({ path, env, cwd }: ConfigSources): { file: string; required: boolean }[] {
  const home = env.XDG_CONFIG_HOME || (env.HOME ? join(env.HOME, '.config') : undefined);
  const project = path ?? (cwd === undefined ? 'tidemark.yaml' : join(cwd, 'tidemark.yaml'));
  return [
    ...(home === undefined ? [] : [{ file: join(home, 'tidemark', 'config.yaml'), required: false }]),
    { file: project, required: path !== undefined },
  ];
}

/** A section whose keys are all commented out reads as null; it means an empty section. */
function fillEmptySections(value: unknown, shape: Shape | undefined): unknown {
  if (value === null && shape?.type === 'object') return {};
  if (!isTree(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, child]) => [key, fillEmptySections(child, shape?.properties?.[key])]),
  );
}

/** Loads the configuration. Precedence: flags, environment, project file, user file, defaults. Throws a ConfigError with every problem. */
export function loadConfig(sources: ConfigSources): LoadedConfig {
  const shape = configShape(sources.detectors, sources.sinks);
  const problems: ConfigProblem[] = [];
  const layers: Layer[] = [];
  const files: string[] = [];
  for (const { file, required } of candidates(sources)) {
    const read = readYaml(file);
    if ('problems' in read) problems.push(...read.problems);
    if ('layer' in read) {
      layers.push(withCurrentNames({ ...read.layer, value: fillEmptySections(read.layer.value, shape) as Tree }));
      files.push(file);
    }
    if ('absent' in read && required)
      problems.push({ at: file, key: '', wrong: 'does not exist', remedy: 'name an existing file with --config' });
  }
  const environment = readEnv(withCurrentVariables(sources.env), shape, mergeLayers(layers));
  problems.push(...environment.problems);
  layers.push(environment.layer, withCurrentNames({ value: sources.overrides ?? {}, at: () => 'command line' }));

  const whole = mergeLayers(layers);
  // Files that could not be read say nothing about what is missing: judging the rest would only add noise.
  if (problems.length > 0) throw new ConfigError(problems);
  const at = (path: Path) => originOf(layers, path).at;
  const refuse = (found: readonly ConfigFinding[]) => {
    if (found.length > 0)
      throw new ConfigError(
        found.map(({ path, wrong, remedy }) => ({ at: at(path), key: path.join('.'), wrong, remedy })),
      );
  };
  refuse(findProblems(whole, shape, sources.detectors, sources.sinks));
  const config = configSchema.parse(whole);
  refuse(listenerProblems(config, sources.formats));
  const origins = new Map<string, string>();
  for (const { path } of leaves(config)) {
    const origin = originOf(layers, path);
    origins.set(path.join('.'), origin.exact ? origin.at : 'default');
  }
  return { config, origins, files };
}
