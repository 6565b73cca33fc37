/** Published keys that this version does not have yet: said plainly, never ignored. */
import type { Mistake } from "./mistakes.ts";
import { getIn, isTree, type Path, type Tree } from "./tree.ts";

/** `*` stands for every name. A key set to null asks for nothing and is let through. */
const LATER_KEYS: readonly (readonly string[])[] = [...["digest", "heartbeat"].map((key) => [key])];

export const NOT_IN_THIS_VERSION = "is not in this version";

/** Takes the later keys out of `tree`, and says which of them asked for something. */
export function takeLaterKeys(tree: Tree, lineOf: (path: Path) => number | null) {
  const mistakes: Mistake[] = [];
  let rest = tree;
  for (const pattern of LATER_KEYS) {
    for (const path of matches(tree, pattern)) {
      if (getIn(tree, path) !== null) {
        const expected = "a key of this version";
        const value = NOT_IN_THIS_VERSION;
        mistakes.push({ path: path.join("."), value, expected, line: lineOf(path) });
      }
      rest = without(rest, path);
    }
  }
  return { tree: rest, mistakes };
}

function matches(tree: Tree, pattern: readonly string[]): readonly string[][] {
  const star = pattern.indexOf("*");
  if (star < 0) return getIn(tree, pattern) === undefined ? [] : [[...pattern]];
  const names = getIn(tree, pattern.slice(0, star));
  if (!isTree(names)) return [];
  const paths = Object.keys(names).map((name) => pattern.with(star, name));
  return paths.filter((path) => getIn(tree, path) !== undefined);
}

function without(tree: Tree, path: readonly string[]): Tree {
  const [key, ...rest] = path;
  const entries = Object.entries(tree).flatMap(([name, value]) => {
    if (name !== key) return [[name, value] as const];
    return rest.length === 0 || !isTree(value) ? [] : [[name, without(value, rest)] as const];
  });
  return Object.fromEntries(entries);
}
