/** Rules about single nodes of the syntax tree. Each gives places with what to do instead. */
import { isNode, lineAt, type Node, place, type Source, walk } from "./sources.ts";

/** The only files with a wall clock, timers, chance or the process, each with its reason. */
const IMPURE: Readonly<Record<string, string>> = {
  "src/main.ts": "the entry: arguments, signals, exit codes",
  "src/runtime-node.ts": "the real runtime",
  "src/store/lock-holder.ts": "a lock names its holder and asks the system whether it still lives",
};

const AMBIENT_CALLS: Readonly<Record<string, string>> = {
  "Date.now": "take nowMs as an argument or runtime.nowMs()",
  "performance.now": "use runtime.monotonicMs()",
  "Math.random": "use runtime.random()",
  setTimeout: "use runtime.sleep() or runtime.after()",
  setInterval: "use runtime.every()",
  setImmediate: "use runtime.after(0, ...)",
};

function nameOf(node: unknown): string {
  if (!isNode(node)) return "";
  if (node.type === "Identifier") return String(node.name);
  if (node.type !== "MemberExpression" || node.computed === true) return "";
  return `${nameOf(node.object)}.${nameOf(node.property)}`;
}

export function ambientUses(source: Source): readonly string[] {
  if (IMPURE[source.path] !== undefined) return [];
  const found: string[] = [];
  for (const [node, parents] of walk(source.tree)) {
    const advice = node.type === "CallExpression" ? AMBIENT_CALLS[nameOf(node.callee)] : undefined;
    if (advice !== undefined) {
      found.push(`${place(source, node.start)} calls ${nameOf(node.callee)}: ${advice}`);
    }
    const isNewDate = node.type === "NewExpression" && nameOf(node.callee) === "Date";
    if (isNewDate && Array.isArray(node.arguments) && node.arguments.length === 0) {
      found.push(`${place(source, node.start)} reads the clock: take nowMs as an argument`);
    }
    if (isGlobalProcess(node, parents)) {
      found.push(`${place(source, node.start)} uses process: pass what is needed from main.ts`);
    }
    if (
      node.type === "ImportDeclaration" &&
      Reflect.get(Object(node.source), "value") === "node:process"
    ) {
      found.push(`${place(source, node.start)} imports node:process: pass it from main.ts`);
    }
  }
  return found;
}

function isGlobalProcess(node: Node, parents: readonly Node[]): boolean {
  if (node.type !== "Identifier" || node.name !== "process") return false;
  const parent = parents[0];
  return parent?.type === "MemberExpression" && parent.object === node;
}

export function awaitUses(source: Source): readonly string[] {
  const found: string[] = [];
  for (const [node] of walk(source.tree)) {
    if (node.type !== "AwaitExpression" && node.async !== true) continue;
    found.push(`${place(source, node.start)} is asynchronous: windows and severity are pure folds`);
  }
  return found;
}

export function unsafeTypes(source: Source): readonly string[] {
  const found: string[] = [];
  for (const [node] of walk(source.tree)) {
    const advice = unsafeType(node, source);
    if (advice !== null) found.push(`${place(source, node.start)} ${advice}`);
  }
  for (const match of source.text.matchAll(/@ts-(?:ignore|expect-error|nocheck)/g)) {
    found.push(`${source.path}:${lineAt(source.text, match.index)} silences the compiler: fix it`);
  }
  return found;
}

/** A library's types may be wrong; then the reason stands within this many lines above. */
const REASON_LINES = 3;

function hasReason({ text }: Source, offset: number): boolean {
  const above = text
    .slice(0, offset)
    .split("\n")
    .slice(-REASON_LINES - 1);
  return above.some((line) => /^\s*(?:\/\/|\/?\*)/.test(line));
}

function unsafeType(node: Node, source: Source): string | null {
  if (node.type === "TSAnyKeyword") return "says any: use unknown and narrow it";
  if (node.type === "TSNonNullExpression") return "asserts with !: handle the missing case";
  if (node.type !== "TSAsExpression" || !isNode(node.expression)) return null;
  const { expression } = node;
  if (expression.type === "TSAsExpression") {
    const isFine = source.path.startsWith("test/") || hasReason(source, node.start);
    return isFine ? null : "casts twice: parse the value, or say above why the types are wrong";
  }
  const call = expression.type === "AwaitExpression" ? expression.argument : expression;
  const callee = isNode(call) && call.type === "CallExpression" ? nameOf(call.callee) : "";
  const isOutside = callee === "JSON.parse" || callee.endsWith(".json");
  return isOutside ? "casts outside data: parse it with zod or check it by hand" : null;
}

const FUNCTIONS = new Set(["FunctionDeclaration", "FunctionExpression", "ArrowFunctionExpression"]);

export interface FunctionLength {
  readonly place: string;
  readonly lines: number;
}

/** Lines between the braces; bodies of one line are no structure to measure. */
export function functionLengths(source: Source): readonly FunctionLength[] {
  const found: FunctionLength[] = [];
  for (const [node] of walk(source.tree)) {
    if (!FUNCTIONS.has(node.type) || !isNode(node.body)) continue;
    if (node.body.type !== "BlockStatement") continue;
    const first = lineAt(source.text, node.body.start);
    const lines = lineAt(source.text, node.body.end - 1) - first - 1;
    if (lines >= 2) found.push({ place: place(source, node.start), lines });
  }
  return found;
}

/** Names that DESIGN's glossary keeps out of the code. */
export function bannedNames(source: Source): readonly string[] {
  const found: string[] = [];
  // Venues and their simulators speak the venue's own words.
  const isVenue = /^src\/feeds\/(?:venues|simulator)\//.test(source.path);
  for (const [node] of walk(source.tree)) {
    if (node.type !== "Identifier" || isVenue) continue;
    const name = String(node.name);
    if (name === "side") {
      found.push(`${place(source, node.start)} says side: say positionSide, or whose side it is`);
    }
    if (/exchange/i.test(name)) found.push(`${place(source, node.start)} says ${name}: say venue`);
  }
  return found;
}

/** Texts of our errors: a capital first, no full stop last, so that they can be joined. */
export function badErrorTexts(source: Source): readonly string[] {
  const found: string[] = [];
  for (const [node] of walk(source.tree)) {
    if (node.type !== "NewExpression" || nameOf(node.callee) !== "LiqError") continue;
    const text = Array.isArray(node.arguments) ? literalText(node.arguments[1]) : null;
    if (text === null) continue;
    const { first, last } = text;
    if (/^[a-z]/.test(first)) found.push(`${place(source, node.start)} begins with a small letter`);
    if (/\.$/.test(last)) found.push(`${place(source, node.start)} ends with a full stop`);
  }
  return found;
}

/** First and last fixed parts of a text; an inserted value counts as an empty part. */
function literalText(node: unknown): { first: string; last: string } | null {
  if (!isNode(node)) return null;
  if (node.type === "Literal") return { first: String(node.value), last: String(node.value) };
  if (node.type !== "TemplateLiteral" || !Array.isArray(node.quasis)) return null;
  const parts = node.quasis.map((part: Node) => String(Reflect.get(Object(part.value), "raw")));
  return { first: parts[0] ?? "", last: parts.at(-1) ?? "" };
}

/** True for a file that does something: a function or class with a body. */
export function hasBehaviour(source: Source): boolean {
  for (const [node] of walk(source.tree)) {
    if (FUNCTIONS.has(node.type) && isNode(node.body)) return true;
  }
  return false;
}
