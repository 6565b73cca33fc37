/** `config/liqwatch.yaml`: every key with its default and its sentence, from the schema. */
import {
  DEFAULT_ASSET_LISTS,
  DEFAULT_NOTIFIERS,
  defaultRules,
  marketThresholds,
} from "../../src/config/defaults.ts";
import { type KeyNode, nodeAt, rootNode } from "../../src/config/keys.ts";
import { isTree, type Tree } from "../../src/config/tree.ts";

const HEAD = `# liqwatch: every setting with its default. This file changes nothing as it stands.
# Later wins: default < file < environment < flag. Every scalar also has a variable: http.port is
# LIQWATCH_HTTP_PORT. Durations are an integer and ms, s, m, h or d. \${NAME} is read from the
# environment. Lines that begin with # and no space are settings that change something by being
# there: remove the # to use them. \`liqwatch check-config\` tells every mistake at once.
`;

const RULES_HEAD = `
# A list of rules replaces the default rules below, which \`preset\` then no longer changes.
`;

const NOTIFIERS_HEAD = `
# discord and telegram are on when their variables are set. A notifier that is named here must have
# its variables; console is used when no other target is on, or when it is named here or in a rule.
`;

const MARKET_WIDE_HEAD = `
# Thresholds that stand here are no longer changed by \`preset\`.
`;

/** Keys that stand commented out: naming them is a decision. */
const COMMENTED: Readonly<Record<string, string>> = {
  rules: RULES_HEAD,
  marketWide: MARKET_WIDE_HEAD,
  notifiers: NOTIFIERS_HEAD,
};

/** Defaults that the schema does not hold, because they are lists and maps of their own. */
const DEFAULTS: Tree = {
  rules: defaultRules("normal"),
  marketWide: { thresholds: marketThresholds("normal") },
  notifiers: DEFAULT_NOTIFIERS,
  assetLists: DEFAULT_ASSET_LISTS,
};

export function configFile(): string {
  const blocks = Object.keys(rootNode().properties ?? {}).map((key) => {
    const lines = key === "rules" ? rulesLines() : keyLines([key], DEFAULTS[key], 0);
    const head = COMMENTED[key];
    if (head === undefined) return `\n${lines.join("\n")}\n`;
    return `${head}${lines.map((line) => `#${line}`).join("\n")}\n`;
  });
  return `${HEAD}${blocks.join("")}`;
}

/** The first rule shows every key, the others what they set. */
function rulesLines(): readonly string[] {
  const rules = defaultRules("normal");
  const lines = [`rules:  # ${describe(rootNode().properties?.rules)}`];
  for (const [at, rule] of rules.entries()) {
    const node = nodeAt(DEFAULTS, ["rules", at]);
    const shown = at === 0 ? Object.keys(node?.properties ?? {}) : Object.keys(rule);
    const body = shown.flatMap((key) =>
      keyLines(["rules", at, key], Reflect.get(rule, key), 4, at === 0),
    );
    lines.push(...body.map((line, row) => (row === 0 ? `  - ${line.trimStart()}` : line)));
  }
  return lines;
}

type Path = readonly (string | number)[];

function keyLines(path: Path, value: unknown, indent: number, isFull = true): readonly string[] {
  const node = nodeAt(DEFAULTS, path);
  const key = String(path.at(-1));
  const comment = isFull ? describe(node) : "";
  const start = `${" ".repeat(indent)}${key}:`;
  const shown = value ?? node?.default;
  const below = keysBelow(node, shown, isFull);
  if (below.length > 0) {
    const open = comment === "" ? start : `${start}  # ${comment}`;
    const inner = below.flatMap((name) => {
      const given = isTree(shown) ? shown[name] : undefined;
      return keyLines([...path, name], given, indent + 2, isFull);
    });
    return [open, ...inner];
  }
  const line = `${start} ${flow(shown)}`;
  return [comment === "" ? line : `${line}  # ${comment}`];
}

function keysBelow(node: KeyNode | null, value: unknown, isFull: boolean): readonly string[] {
  if (node?.properties !== undefined && isFull) return Object.keys(node.properties);
  if (isTree(node?.additionalProperties)) return isTree(value) ? Object.keys(value) : [];
  return [];
}

function describe(node: KeyNode | null | undefined): string {
  const text = node?.description ?? "";
  const options = node?.enum === undefined ? "" : ` (${node.enum.join(", ")})`;
  return `${text}${options}`;
}

/** A value on one line, as a person would write it. */
export function flow(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(flow).join(", ")}]`;
  if (isTree(value)) {
    const entries = Object.entries(value).map(([key, item]) => `${key}: ${flow(item)}`);
    return entries.length === 0 ? "{}" : `{ ${entries.join(", ")} }`;
  }
  if (typeof value !== "string") return String(value);
  return /^[A-Za-z./][\w./+-]*$|^\d+(?:ms|[smhd])$|^[\d.]+\.[\d.]+\.[\d]+$/.test(value)
    ? value
    : JSON.stringify(value);
}
