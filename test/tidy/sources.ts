/** The repository's own files, read and parsed once for all rules. */
import { readdirSync, readFileSync } from "node:fs";
import { parseAst } from "vitest/node";

/** One node of the syntax tree (ESTree with TypeScript's nodes). */
export interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [key: string]: unknown;
}

export interface Source {
  readonly path: string;
  readonly text: string;
  readonly tree: Node;
}

/** What .gitignore leaves out, and git itself. */
const IGNORED = new Set(["node_modules", "dist", "data", "coverage", ".git", ".env"]);
const IGNORED_ENDINGS = [".log", ".tgz"];

/** Every file of the repository, committed or not: a rule speaks before the commit. */
export function repositoryFiles(folder = ""): readonly string[] {
  const entries = readdirSync(folder === "" ? "." : folder, { withFileTypes: true });
  const kept = entries.filter(({ name }) => {
    return !IGNORED.has(name) && !IGNORED_ENDINGS.some((ending) => name.endsWith(ending));
  });
  const paths = kept.flatMap((entry) => {
    const path = `${folder}${entry.name}`;
    if (entry.isDirectory()) return repositoryFiles(`${path}/`);
    return entry.isFile() ? [path] : [];
  });
  return paths.sort();
}

export function readSources(folder: string, files = repositoryFiles()): readonly Source[] {
  return files
    .filter((path) => path.startsWith(`${folder}/`) && path.endsWith(".ts"))
    .map((path) => {
      const text = readFileSync(path, "utf8");
      const tree: unknown = parseAst(text, { lang: "ts" });
      return { path, text, tree: tree as Node };
    });
}

export function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && "type" in value && "start" in value;
}

/** Every node below `node`, itself first; `parents` from the nearest outwards. */
export function* walk(
  node: Node,
  parents: readonly Node[] = [],
): Generator<[Node, readonly Node[]]> {
  yield [node, parents];
  const inner = [node, ...parents];
  for (const value of Object.values(node)) {
    for (const child of Array.isArray(value) ? value : [value]) {
      if (isNode(child)) yield* walk(child, inner);
    }
  }
}

export function lineAt(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf("\n"); at >= 0 && at < offset; at = text.indexOf("\n", at + 1)) {
    line += 1;
  }
  return line;
}

/** `src/feeds/feed.ts:12`, as editors and terminals open it. */
export function place({ path, text }: Source, offset: number): string {
  return `${path}:${lineAt(text, offset)}`;
}

/** The value below which `share` of the sorted numbers lie (nearest rank). */
export function quantile(numbers: readonly number[], share: number): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0;
}
