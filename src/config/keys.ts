/** What keys there are, read from the JSON Schema: for suggestions, coercion, names and docs. */
import { jsonSchema } from "./schema.ts";
import { getIn, isTree, type Path, type Tree } from "./tree.ts";

/** The parts of JSON Schema that zod writes for our configuration. */
export interface KeyNode {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly properties?: Readonly<Record<string, KeyNode>>;
  readonly additionalProperties?: KeyNode | false;
  readonly items?: KeyNode;
  readonly anyOf?: readonly KeyNode[];
  readonly oneOf?: readonly KeyNode[];
}

let root: KeyNode | null = null;

/** The schema of the whole file; made once, because nothing in it ever changes. */
export function rootNode(): KeyNode {
  root ??= jsonSchema() as KeyNode;
  return root;
}

/** The shape that `value` is meant to have at `path`; null where no such key exists. */
export function nodeAt(tree: Tree, path: Path): KeyNode | null {
  let node: KeyNode | null = rootNode();
  for (const [depth, key] of path.entries()) {
    node = stepInto(choose(node, getIn(tree, path.slice(0, depth))), key);
    if (node === null) return null;
  }
  return choose(node, getIn(tree, path));
}

function stepInto(node: KeyNode, key: string | number): KeyNode | null {
  if (typeof key === "number") return node.items ?? null;
  const known = node.properties;
  if (known !== undefined && Object.hasOwn(known, key)) return known[key] ?? null;
  return isTree(node.additionalProperties) ? node.additionalProperties : null;
}

/** Among alternatives the one that `value` was meant to be. */
function choose(node: KeyNode, value: unknown): KeyNode {
  const alternatives = node.oneOf ?? node.anyOf;
  if (alternatives === undefined) return node;
  const maps = alternatives.filter((one) => one.properties !== undefined);
  const found = isTree(value)
    ? (maps.find((one) => one.properties?.type?.const === value.type) ?? maps[0])
    : alternatives.find((one) => (one.type === "array") === Array.isArray(value));
  return found === undefined ? node : { ...node, ...found };
}

/** The types that a value may have here: `number`, `boolean`, `string`, `null`. */
export function scalarTypes(node: KeyNode): readonly string[] {
  const own = node.type === undefined ? [] : [node.type].flat();
  const below = [...(node.anyOf ?? []), ...(node.oneOf ?? [])].flatMap((one) => scalarTypes(one));
  const types = [...own, ...below].map((type) => (type === "integer" ? "number" : type));
  return types.filter((type) => type !== "array" && type !== "object");
}

/** Every scalar that can be set by name, with the maps that `tree` adds (its notifiers). */
export function scalarPaths(tree: Tree): readonly (readonly string[])[] {
  return collect(rootNode(), tree, []);
}

function collect(node: KeyNode, value: unknown, path: readonly string[]): readonly string[][] {
  const here = choose(node, value);
  const keys = new Set(Object.keys(here.properties ?? {}));
  if (isTree(here.additionalProperties) && isTree(value)) {
    for (const key of Object.keys(value)) keys.add(key);
  }
  if (keys.size === 0) return scalarTypes(here).length === 0 ? [] : [[...path]];
  return [...keys].flatMap((key) => {
    const below = stepInto(here, key);
    return below === null ? [] : collect(below, getIn(value, [key]), [...path, key]);
  });
}
