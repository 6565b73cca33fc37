/** A configuration file as text: YAML or JSON in, a plain tree and its line numbers out. */
import { readFileSync } from "node:fs";
import { isNode, LineCounter, parseDocument } from "yaml";
import { LiqError, messageOf } from "../errors.ts";
import { ConfigError } from "./mistakes.ts";
import { isTree, type Path, type Tree } from "./tree.ts";

/** Longer files are something else, chosen by mistake. */
const FILE_CHARS_MAX = 1_048_576;

/** Looked for in the working directory, in this order, when no file is named. */
export const DEFAULT_FILES = ["liqwatch.yaml", "config/liqwatch.yaml"] as const;

export type ReadFile = (path: string) => string;

export interface ConfigFile {
  /** null = there is none, defaults hold. */
  readonly path: string | null;
  readonly tree: Tree;
  /** Line of a key or of the nearest one above it; null without a file. */
  lineOf(path: Path): number | null;
}

const NO_FILE: ConfigFile = { path: null, tree: {}, lineOf: () => null };

/**
 * Reads `named`, else the first default file that exists, else nothing.
 * @throws LiqError `LIQ_CONFIG` when a named file cannot be read or the text is not YAML
 */
export function readConfigFile(named: string | null, readFile: ReadFile = readUtf8): ConfigFile {
  if (named !== null) return parseConfigFile(named, readNamed(named, readFile));
  for (const path of DEFAULT_FILES) {
    const text = readIfThere(path, readFile);
    if (text !== null) return parseConfigFile(path, text);
  }
  return NO_FILE;
}

function readUtf8(path: string): string {
  return readFileSync(path, "utf8");
}

function readNamed(path: string, readFile: ReadFile): string {
  const text = readIfThere(path, readFile);
  if (text !== null) return text;
  throw new LiqError("LIQ_CONFIG", `Configuration file ${path} does not exist`);
}

function readIfThere(path: string, readFile: ReadFile): string | null {
  try {
    return readFile(path);
  } catch (thrown) {
    const code = thrown instanceof Error && "code" in thrown ? thrown.code : null;
    if (code === "ENOENT" || code === "ENOTDIR") return null;
    const why = `Configuration file ${path} cannot be read: ${messageOf(thrown)}`;
    throw new LiqError("LIQ_CONFIG", why, { cause: thrown });
  }
}

function parseConfigFile(path: string, text: string): ConfigFile {
  if (text.length > FILE_CHARS_MAX) {
    const why = `${text.length} characters, expected at most ${FILE_CHARS_MAX}`;
    throw new LiqError("LIQ_CONFIG", `Configuration file ${path} has ${why}`);
  }
  const lines = new LineCounter();
  // prettyErrors would quote the source, and with it perhaps a secret.
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const errors = document.errors.map((error) => {
    const { line, col } = lines.linePos(error.pos[0]);
    if (error.code === "DUPLICATE_KEY") {
      const key = keyAt(text, error.pos[0]);
      return { path: key, value: "given twice", expected: "every key of a map only once", line };
    }
    const value = `not YAML at column ${col} (${error.message.split("\n")[0]})`;
    return { path, value, expected: "a YAML or JSON file", line };
  });
  if (errors.length > 0) throw new ConfigError(errors, path);
  const tree = toTree(path, () => document.toJS({ maxAliasCount: 100 }));
  const lineOf = (keys: Path): number | null => {
    for (let depth = keys.length; depth > 0; depth -= 1) {
      const node = document.getIn(keys.slice(0, depth), true);
      if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
    }
    return null;
  };
  return { path, tree, lineOf };
}

/** The key as it is written; the rest of its line may be a secret. */
function keyAt(text: string, offset: number): string {
  return /^["']?([^"':\s]{1,64})/.exec(text.slice(offset))?.[1] ?? "(key)";
}

function toTree(path: string, read: () => unknown): Tree {
  let value: unknown;
  try {
    value = read();
  } catch (thrown) {
    const why = `Configuration file ${path} is not usable: ${messageOf(thrown)}`;
    throw new LiqError("LIQ_CONFIG", why, { cause: thrown });
  }
  if (value === null || value === undefined) return {};
  if (isTree(value)) return value;
  const found = Array.isArray(value) ? "a list" : `a ${typeof value}`;
  const expected = "a map of settings such as preset: normal";
  throw new ConfigError([{ path, value: found, expected, line: 1 }], path);
}
