/** Settings under former names of detectors, put under today's, so that an old configuration still means what it meant. */
import { formerDetectorIds } from '../../schemas/detector-ids.ts';
import { isTree, type Layer, mergeLayers, type Tree } from './layer.ts';
import { envName } from './read-env.ts';
import type { Path } from './shape.ts';

const AT: readonly string[] = ['detect', 'detectors'];

const settingsOf = (value: Tree): Tree => {
  const detect = value.detect;
  return isTree(detect) && isTree(detect.detectors) ? detect.detectors : {};
};

/** The same layer with today's names. Where it has both, what stands under today's name counts. */
export function withCurrentNames(layer: Layer): Layer {
  const own = settingsOf(layer.value);
  const former = [...formerDetectorIds()].filter(([id]) => id in own);
  if (former.length === 0) return layer;
  const kept = Object.fromEntries(Object.entries(own).filter(([id]) => !former.some(([old]) => old === id)));
  const moved = Object.fromEntries(former.map(([id, now]) => [now, own[id]]));
  const asLayer = (detectors: Tree): Layer => ({ value: { detect: { detectors } }, at: () => '' });
  const detectors = settingsOf(mergeLayers([asLayer(moved), asLayer(kept)]));
  return {
    value: { ...layer.value, detect: { ...(layer.value.detect as Tree), detectors } },
    at: (path) => layer.at(saidAt(path, own, former)),
  };
}

/** The path under which the layer itself says it. */
function saidAt(path: Path, own: Tree, former: readonly (readonly [string, string])[]): Path {
  if (!AT.every((step, i) => path[i] === step)) return path;
  const old = former.find(([, now]) => now === path[AT.length])?.[0];
  if (old === undefined) return path;
  const rest = path.slice(AT.length + 1);
  const isUnderNow =
    rest.length > 0 &&
    isTree(own[path[AT.length] as string]) &&
    rest[0] !== undefined &&
    rest[0] in (own[path[AT.length] as string] as Tree);
  return isUnderNow ? path : [...AT, old, ...rest];
}

/** Variables with the names that today's detectors have in them. */
export function withCurrentVariables(env: Readonly<Record<string, string | undefined>>): typeof env {
  const renamed = [...formerDetectorIds()].map(
    ([id, now]) => [`${envName([...AT, id])}__`, `${envName([...AT, now])}__`] as const,
  );
  const entries = Object.entries(env).map(([name, value]) => {
    const [from, to] = renamed.find(([start]) => name.startsWith(start)) ?? [];
    const current = from === undefined ? name : `${to}${name.slice(from.length)}`;
    return [current !== name && env[current] !== undefined ? name : current, value] as const;
  });
  return Object.fromEntries(entries);
}
