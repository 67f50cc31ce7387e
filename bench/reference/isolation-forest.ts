/** Isolation forest as published: Liu, Ting and Zhou, "Isolation Forest", ICDM 2008. Seeded, so that a comparison can be repeated. */

type Node =
  | { readonly size: number }
  | { readonly feature: number; readonly split: number; readonly left: Node; readonly right: Node };

/** Average path length of an unsuccessful search among n points: normalises depths (equation 1). */
const usual = (n: number) => (n <= 1 ? 0 : n === 2 ? 1 : 2 * (Math.log(n - 1) + 0.5772156649) - (2 * (n - 1)) / n);

function mulberry(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function grow(rows: readonly Float32Array[], depth: number, limit: number, dice: () => number): Node {
  if (depth >= limit || rows.length <= 1) return { size: rows.length };
  const width = rows[0]!.length;
  // A constant feature cannot split; try from a random one on.
  for (let tried = 0, feature = Math.floor(dice() * width); tried < width; tried++, feature = (feature + 1) % width) {
    let low = Number.POSITIVE_INFINITY;
    let high = Number.NEGATIVE_INFINITY;
    for (const row of rows) {
      low = Math.min(low, row[feature]!);
      high = Math.max(high, row[feature]!);
    }
    if (low === high) continue;
    const split = low + dice() * (high - low);
    const left = rows.filter((row) => row[feature]! < split);
    const right = rows.filter((row) => row[feature]! >= split);
    if (left.length === 0) continue;
    return { feature, split, left: grow(left, depth + 1, limit, dice), right: grow(right, depth + 1, limit, dice) };
  }
  return { size: rows.length };
}

/** Trains `trees` trees on `sample` rows each (the paper's 100 and 256) and returns a score in (0, 1); higher is more anomalous. */
export function isolationForest(
  rows: readonly Float32Array[],
  seed = 1,
  trees = 100,
  sample = 256,
): (row: Float32Array) => number {
  const dice = mulberry(seed);
  const taken = Math.min(sample, rows.length);
  const limit = Math.ceil(Math.log2(Math.max(2, taken)));
  const forest = Array.from({ length: trees }, () => {
    const drawn = Array.from({ length: taken }, () => rows[Math.floor(dice() * rows.length)]!);
    return grow(drawn, 0, limit, dice);
  });
  return (row) => {
    let sum = 0;
    for (const tree of forest) {
      let node = tree;
      let depth = 0;
      while ('left' in node) {
        node = row[node.feature]! < node.split ? node.left : node.right;
        depth++;
      }
      sum += depth + usual(node.size);
    }
    return 2 ** (-sum / trees / Math.max(usual(taken), 1e-9));
  };
}
