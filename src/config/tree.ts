/** Settings before they are checked: plain nested maps, and the few operations that layers need. */

export type Tree = Readonly<Record<string, unknown>>;
export type Path = readonly (string | number)[];

export function isTree(value: unknown): value is Tree {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** `Object.fromEntries` defines keys, so that `__proto__` stays an ordinary (unknown) key. */
function treeOf(entries: Iterable<readonly [string, unknown]>): Tree {
  return Object.fromEntries(entries);
}

/** Own keys only; a number stands for a place in a list. */
export function getIn(value: unknown, path: Path): unknown {
  let current = value;
  for (const key of path) {
    if (typeof current !== "object" || current === null || !Object.hasOwn(current, key)) {
      return undefined;
    }
    current = Reflect.get(current, key);
  }
  return current;
}

/** A copy of `tree` with `value` at `path`; maps on the way are made where there are none. */
export function setIn(tree: Tree, path: readonly string[], value: unknown): Tree {
  const [key, ...rest] = path;
  if (key === undefined) return tree;
  const below = Object.hasOwn(tree, key) ? tree[key] : undefined;
  const next = rest.length === 0 ? value : setIn(isTree(below) ? below : {}, rest, value);
  return treeOf([...Object.entries(tree).filter(([name]) => name !== key), [key, next]]);
}

/** Maps merge by key, everything else is replaced. A key with nothing under it changes nothing. */
export function merge(base: unknown, over: unknown): unknown {
  if (over === undefined) return base;
  if (over === null && typeof base === "object") return base;
  if (!isTree(base) || !isTree(over)) return over;
  const merged = new Map(Object.entries(base));
  for (const [key, value] of Object.entries(over)) merged.set(key, merge(merged.get(key), value));
  return treeOf(merged);
}

/** A copy in which `change` has replaced every text; `change` sees where the text stands. */
export function mapTexts(
  value: unknown,
  change: (text: string, path: Path) => unknown,
  path: Path = [],
): unknown {
  if (typeof value === "string") return change(value, path);
  if (Array.isArray(value)) return value.map((item, at) => mapTexts(item, change, [...path, at]));
  if (!isTree(value)) return value;
  return treeOf(
    Object.entries(value).map(([key, item]) => [key, mapTexts(item, change, [...path, key])]),
  );
}

/** `rules[0].thresholds.low`. */
export function formatPath(path: Path): string {
  let text = "";
  for (const key of path) {
    if (typeof key === "number") text += `[${key}]`;
    else text += text === "" ? key : `.${key}`;
  }
  return text === "" ? "(file)" : text;
}
