/** Which notifiers there are, which of them are off for want of a variable, and what targets stay. */
import type { TargetSettings } from "../notifiers/notifier.ts";
import { DEFAULT_NOTIFIERS } from "./defaults.ts";
import { type Environment, readVariable } from "./environment.ts";
import type { Mistake } from "./mistakes.ts";
import type { NotifierInput } from "./schema-notifiers.ts";
import { getIn, isTree, mapTexts, merge, type Path, setIn, type Tree } from "./tree.ts";

/** A notifier that nobody asked for by name and whose variables are not set. */
export interface OffNotifier {
  readonly name: string;
  /** Variables that are unset or empty. */
  readonly missing: readonly string[];
}

/** A file's entry is laid over the default of the same name, unless it is of another type. */
export function withDefaultNotifiers(tree: Tree): Tree {
  const given = tree.notifiers ?? {};
  if (!isTree(given)) return tree;
  const notifiers = new Map<string, unknown>(Object.entries(DEFAULT_NOTIFIERS));
  for (const [name, entry] of Object.entries(given)) {
    const base = notifiers.get(name);
    const type = getIn(entry, ["type"]);
    const isSameType = type === undefined || type === getIn(base, ["type"]);
    notifiers.set(name, isSameType ? merge(base, entry) : entry);
  }
  return { ...tree, notifiers: Object.fromEntries(notifiers) };
}

/** A reference such as `${DISCORD_WEBHOOK_URL}` whose variable is unset or empty. */
export interface MissingVariable {
  readonly path: Path;
  readonly name: string;
}

const REFERENCE = /\$\{(\w+)\}/g;

/** Every `${NAME}` replaced; a text that is one reference alone to nothing becomes null. */
export function interpolate(
  tree: Tree,
  env: Environment,
  coerce: (text: string, path: Path) => unknown,
) {
  const missing: MissingVariable[] = [];
  const replaced = mapTexts(tree, (text, path) => {
    if (!text.includes("${")) return text;
    let isComplete = true;
    const filled = text.replace(REFERENCE, (_, name: string) => {
      const value = readVariable(env, name);
      if (value === null) {
        missing.push({ path, name });
        isComplete = false;
      }
      return value ?? "";
    });
    return isComplete ? coerce(filled, path) : null;
  });
  return { tree: isTree(replaced) ? replaced : {}, missing };
}

/** Stand for secrets where nothing is sent: a target then counts whether or not it could be reached. */
const PLACEHOLDERS: Readonly<Record<string, string>> = {
  webhookUrl: "https://discord.com/api/webhooks/1/placeholder",
  botToken: "100000:placeholder_placeholder_placeholder",
  chatId: "1",
  channelId: "1",
  url: "https://placeholder.invalid/",
  secret: "placeholder-placeholder-placeholder",
};

/** The same tree and list, with the notifiers' missing variables filled by placeholders. */
export function withPlaceholders(
  tree: Tree,
  missing: readonly MissingVariable[],
): { readonly tree: Tree; readonly missing: readonly MissingVariable[] } {
  const isFilled = ({ path }: MissingVariable) =>
    path[0] === "notifiers" && path.length === 3 && Object.hasOwn(PLACEHOLDERS, String(path[2]));
  const filled = missing.filter(isFilled).reduce<Tree>((so, { path }) => {
    return setIn(so, path.map(String), PLACEHOLDERS[String(path[2])]);
  }, tree);
  return { tree: filled, missing: missing.filter((one) => !isFilled(one)) };
}

/** Takes the notifiers with missing variables out of `tree`. */
export function takeOffNotifiers(tree: Tree, missing: readonly MissingVariable[]) {
  const byName = new Map<string, string[]>();
  for (const { path, name } of missing) {
    const notifier = path[1];
    if (path[0] !== "notifiers" || typeof notifier !== "string") continue;
    byName.set(notifier, [...new Set([...(byName.get(notifier) ?? []), name])]);
  }
  const off: OffNotifier[] = [...byName].map(([name, names]) => ({ name, missing: names }));
  const notifiers = tree.notifiers;
  if (!isTree(notifiers)) return { tree, off };
  const on = Object.entries(notifiers).filter(([name]) => !byName.has(name));
  return { tree: { ...tree, notifiers: Object.fromEntries(on) }, off };
}

/** Somebody must take the alerts: with `console` taken for ops there would be nobody left. */
export function mistakesOfPurpose(
  tree: Tree,
  lineOf: (path: Path) => number | null,
): readonly Mistake[] {
  const notifiers = isTree(tree.notifiers) ? tree.notifiers : {};
  const isOps = (entry: unknown) => getIn(entry, ["purpose"]) === "ops";
  if (!isOps(notifiers.console) || !Object.values(notifiers).every(isOps)) return [];
  const path = ["notifiers", "console", "purpose"];
  const expected = "alerts, as no other target takes them";
  return [{ path: path.join("."), value: '"ops"', expected, line: lineOf(path) }];
}

/** A notifier that the file asks for by name must not be off. */
export function mistakesOfOff(
  off: readonly OffNotifier[],
  file: Tree,
  lineOf: (path: Path) => number | null,
): readonly Mistake[] {
  return off.flatMap(({ name, missing }) => {
    const path = pathOfMention(file, name);
    if (path === null) return [];
    const value = `needs ${missing.join(" and ")}`;
    const expected = "every variable of a notifier that the file names to be set and not empty";
    return [{ path: `notifiers.${name}`, value, expected, line: lineOf(path) }];
  });
}

/** Where the file names a notifier: under `notifiers:` or in a rule's `notify`. */
function pathOfMention(file: Tree, name: string): Path | null {
  if (getIn(file, ["notifiers", name]) !== undefined) return ["notifiers", name];
  const rules = file.rules;
  for (const [at, rule] of (Array.isArray(rules) ? rules : []).entries()) {
    const place = namedTargets(rule).find((route) => route.name === name);
    if (place !== undefined) return ["rules", at, ...place.path];
  }
  const ofMarket = namedTargets(file.marketWide).find((route) => route.name === name);
  return ofMarket === undefined ? null : ["marketWide", ...ofMarket.path];
}

/** The targets that a rule as written names, each with its place in the rule. */
export function namedTargets(
  rule: unknown,
): readonly { readonly name: string; readonly path: Path }[] {
  const notify = getIn(rule, ["notify"]);
  if (!Array.isArray(notify)) return [];
  return notify.flatMap((route: unknown, at) => {
    const name = typeof route === "string" ? route : getIn(route, ["target"]);
    return typeof name === "string" ? [{ name, path: ["notify", at] }] : [];
  });
}

/**
 * The targets that exist. `console` is one of them when the file or a rule asks for it, and when
 * there is nothing else: an alert always goes somewhere.
 */
export function targetsOf(
  notifiers: Readonly<Record<string, NotifierInput>>,
  isConsoleAsked: boolean,
): readonly TargetSettings[] {
  const all = Object.entries(notifiers).map(([name, notifier]) => ({ name, ...notifier }));
  const services = all.filter((target) => target.name !== "console");
  const hasConsole = isConsoleAsked || !services.some(({ purpose }) => purpose === "alerts");
  return hasConsole ? all : services;
}
