/** The repository's own files, read and parsed once for all rules. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
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

/** Tracked files and new ones that are not ignored, so that a rule speaks before the commit. */
export function repositoryFiles(): readonly string[] {
  const args = ["ls-files", "--cached", "--others", "--exclude-standard", "--deduplicate"];
  return execFileSync("git", args, { encoding: "utf8" }).split("\n").filter(isThere).sort();
}

function isThere(path: string): boolean {
  if (path === "") return false;
  try {
    readFileSync(path);
    return true;
  } catch {
    return false;
  }
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
