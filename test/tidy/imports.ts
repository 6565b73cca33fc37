/** Imports of a source, as paths below src or as package names. */
import { posix } from "node:path";
import { isNode, type Node, place, type Source, walk } from "./sources.ts";

export interface Import {
  readonly from: Source;
  readonly place: string;
  /** Below src and without .ts for our own files, else the package. */
  readonly target: string;
  readonly isOurs: boolean;
  /** `import type`, or only types in the braces: gone after the build. */
  readonly isTypeOnly: boolean;
}

export function layerPath(path: string): string {
  return path.replace(/^src\//, "").replace(/\.ts$/, "");
}

export function importsOf(source: Source): readonly Import[] {
  const found: Import[] = [];
  for (const [node] of walk(source.tree)) {
    const specifier = specifierOf(node);
    if (specifier === null) continue;
    const isOurs = specifier.startsWith(".");
    const folder = posix.dirname(source.path);
    const target = isOurs ? layerPath(posix.join(folder, specifier)) : packageOf(specifier);
    const isTypeOnly = isTypeImport(node);
    found.push({ from: source, place: place(source, node.start), target, isOurs, isTypeOnly });
  }
  return found;
}

const SPECIFIED = new Set([
  "ImportDeclaration",
  "ImportExpression",
  "ExportNamedDeclaration",
  "ExportAllDeclaration",
]);

function specifierOf(node: Node): string | null {
  if (!SPECIFIED.has(node.type) || !isNode(node.source)) return null;
  return typeof node.source.value === "string" ? node.source.value : null;
}

function isTypeImport(node: Node): boolean {
  if (node.importKind === "type" || node.exportKind === "type") return true;
  const specifiers = Array.isArray(node.specifiers) ? node.specifiers : [];
  return specifiers.length > 0 && specifiers.every((one: Node) => one.importKind === "type");
}

function packageOf(specifier: string): string {
  if (specifier.startsWith("node:")) return specifier;
  return specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");
}

/** Cycles among imports that remain after the build, each named once from its first file. */
export function cyclesOf(imports: readonly Import[]): readonly string[] {
  const next = new Map<string, Set<string>>();
  for (const { from, target, isOurs, isTypeOnly } of imports) {
    if (!isOurs || isTypeOnly) continue;
    const path = layerPath(from.path);
    next.set(path, (next.get(path) ?? new Set()).add(target));
  }
  const cycles = new Set<string>();
  const done = new Set<string>();
  const visit = (path: string, trail: readonly string[]): void => {
    const at = trail.indexOf(path);
    if (at >= 0) {
      const ring = trail.slice(at);
      const first = ring.indexOf([...ring].sort()[0] ?? "");
      cycles.add([...ring.slice(first), ...ring.slice(0, first), ring[first]].join(" -> "));
      return;
    }
    if (done.has(path)) return;
    for (const target of next.get(path) ?? []) visit(target, [...trail, path]);
    done.add(path);
  };
  for (const path of next.keys()) visit(path, []);
  return [...cycles].sort();
}

/**
 * Sources that no suite covers. Covered is what a suite imports, and what a covered source of the
 * same unit uses: the parts of a unit are tested through it.
 */
export function uncovered(
  paths: readonly string[],
  imports: readonly Import[],
  tested: ReadonlySet<string>,
): readonly string[] {
  const covered = new Set(paths.filter((path) => tested.has(path)));
  for (let before = -1; before !== covered.size; ) {
    before = covered.size;
    for (const { from, target, isOurs } of imports) {
      const user = layerPath(from.path);
      if (isOurs && covered.has(user) && isPartOf(target, user)) covered.add(target);
    }
  }
  return paths.filter((path) => !covered.has(path));
}

/** A file beside or below its user, or in the folder named after it (`config.ts`, `config/`). */
function isPartOf(part: string, user: string): boolean {
  const folder = posix.dirname(user);
  const isBelow = folder !== "." && posix.dirname(part).startsWith(folder);
  return isBelow || posix.dirname(part) === user;
}
