/** Rules as written become rules as the engine reads them: lists resolved, routes normalized. */
import { MARKET_WIDE } from "../cascade.ts";
import { didYouMean } from "../nearest.ts";
import type { NotifyRoute, Rule } from "../rule.ts";
import { LEVELS } from "../thresholds.ts";
import {
  type Complain,
  checkMetric,
  checkScoreThresholds,
  type ScoreSetting,
  windowOf,
} from "./metric-rules.ts";
import { type Mistake, showValue } from "./mistakes.ts";
import { namedTargets } from "./notifiers.ts";
import type { RuleInput } from "./schema.ts";
import { formatPath, getIn, isTree, type Path, type Tree } from "./tree.ts";

type AssetLists = Readonly<Record<string, readonly string[]>>;

/**
 * Mistakes that the shape alone does not show. Reads rules as written, however wrong they are, so
 * that one mistake does not hide the next. `notifiers` as written, those that are off included.
 */
export function checkRules(
  tree: Tree,
  notifiers: Tree,
  lineOf: (path: Path) => number | null,
): readonly Mistake[] {
  const mistakes: Mistake[] = [];
  const rules = listOf(tree.rules);
  const assetLists = isTree(tree.assetLists) ? tree.assetLists : {};
  const lists = Object.keys(assetLists);
  const names = new Map<unknown, number>();
  const complainAt = (base: Path) => complainInto(mistakes, base, lineOf);
  for (const [name, assets] of Object.entries(assetLists)) {
    checkAssets(assets, complainAt(["assetLists", name]));
  }
  checkList(tree, ["context", "assets"], { lists, complain: complainAt([]) });
  for (const [at, rule] of rules.entries()) {
    const complain = complainAt(["rules", at]);
    const name = getIn(rule, ["name"]);
    const first = names.get(name);
    if (typeof name === "string" && first !== undefined) {
      complain(["name"], name, `a name of its own, rules[${first}] has it already`);
    } else names.set(name, at);
    if (name === MARKET_WIDE) {
      complain(["name"], name, "another name: this one is built in, its settings are marketWide");
    }
    checkMetric(rule, complain);
    checkRising(rule, complain);
    checkLists(rule, lists, complain);
    checkTargets(rule, notifiers, complain);
  }
  const complain = complainAt(["marketWide"]);
  checkRising(tree.marketWide, complain);
  checkLists(tree.marketWide, lists, complain);
  checkTargets(tree.marketWide, notifiers, complain);
  return mistakes;
}

/** A mute of a rule that does not exist would be silence about nothing. */
export function checkMutes(tree: Tree, lineOf: (path: Path) => number | null): readonly Mistake[] {
  const mistakes: Mistake[] = [];
  const names = listOf(tree.rules).map((rule) => String(getIn(rule, ["name"])));
  for (const [at, mute] of listOf(tree.mutes).entries()) {
    const rule = getIn(mute, ["rule"]);
    if (typeof rule !== "string" || names.includes(rule)) continue;
    const expected = `a rule of this configuration${didYouMean(rule, names)}`;
    complainInto(mistakes, ["mutes", at], lineOf)(["rule"], rule, expected);
  }
  return mistakes;
}

export function complainInto(
  mistakes: Mistake[],
  base: Path,
  lineOf: (path: Path) => number | null,
): Complain {
  return (path, value, expected) => {
    const full: Path = [...base, ...path];
    const shown = showValue(value, path.at(-1));
    mistakes.push({ path: formatPath(full), value: shown, expected, line: lineOf(full) });
  };
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The same about the thresholds of one rule alone; `rule` is as written. */
export function checkThresholds(
  rule: unknown,
  lineOf: (path: Path) => number | null,
): readonly Mistake[] {
  const mistakes: Mistake[] = [];
  const complain = complainInto(mistakes, [], lineOf);
  checkRising(rule, complain);
  checkScoreThresholds(rule, complain);
  return mistakes;
}

export function checkRising(rule: unknown, complain: Complain): void {
  for (const [at, level] of LEVELS.entries()) {
    const below = LEVELS[at - 1];
    if (below === undefined) continue;
    const value = getIn(rule, ["thresholds", level]);
    const floor = getIn(rule, ["thresholds", below]);
    if (typeof value !== "number" || typeof floor !== "number") continue;
    // The shape already complains about what is not above 0.
    if (value > floor || value <= 0) continue;
    complain(["thresholds", level], value, `more than ${below} (${floor})`);
  }
}

function checkLists(rule: unknown, lists: readonly string[], complain: Complain): void {
  const routes = listOf(getIn(rule, ["notify"])).map((_, at) => ["notify", at, "assets"]);
  for (const path of [["filter", "assets"], ["filter", "excludeAssets"], ...routes]) {
    checkList(rule, path, { lists, complain });
  }
}

/** Assets and `@name`s at one path. */
function checkList(
  tree: unknown,
  path: Path,
  { lists, complain }: { readonly lists: readonly string[]; readonly complain: Complain },
): void {
  const known = lists.map((name) => `@${name}`);
  for (const [at, asset] of listOf(getIn(tree, path)).entries()) {
    if (typeof asset !== "string") continue;
    const expected = asset.startsWith("@") ? expectedList(asset, known) : expectedAsset(asset);
    if (expected !== null) complain([...path, at], asset, expected);
  }
}

function checkAssets(assets: unknown, complain: Complain): void {
  for (const [at, asset] of listOf(assets).entries()) {
    const expected = typeof asset === "string" ? expectedAsset(asset) : null;
    if (expected !== null) complain([at], asset, expected);
  }
}

function expectedList(name: string, known: readonly string[]): string | null {
  if (known.includes(name)) return null;
  return `one of ${known.join(", ")}${didYouMean(name, known)}`;
}

/** `BTCUSDT`, `BTC-USDT-SWAP`, `BTC/USDT:USDT`: contracts, not assets. */
const CONTRACT = /^([A-Za-z0-9]{2,})[-/_]?(?:USDT|USDC)(?:[-:_].*)?$/;

/** Names that would never match, although they look right; null when the name may be one. */
export function expectedAsset(asset: string): string | null {
  const contract = CONTRACT.exec(asset.toUpperCase());
  if (contract !== null) return `an asset, not a contract; did you mean ${contract[1]}?`;
  const isLowerCase = asset === asset.toLowerCase() && asset !== asset.toUpperCase();
  return isLowerCase ? `an asset in capitals; did you mean ${asset.toUpperCase()}?` : null;
}

function checkTargets(rule: unknown, notifiers: Tree, complain: Complain): void {
  const isOps = (name: string) => getIn(notifiers, [name, "purpose"]) === "ops";
  const all = Object.keys(notifiers);
  const names = all.filter((name) => !isOps(name));
  for (const { name, path } of namedTargets(rule)) {
    if (names.includes(name)) continue;
    if (all.includes(name)) {
      complain(path, name, `a target for alerts; notifiers.${name}.purpose is ops`);
      continue;
    }
    complain(path, name, `one of ${names.join(", ")}${didYouMean(name, names)}`);
  }
}

/** What rules are made with besides what they say; `publicTargets` is what `notify: null` means. */
interface RuleSetting extends ScoreSetting {
  readonly assetLists: AssetLists;
  readonly publicTargets: readonly string[];
}

/** A checked rule. */
export function toRule(
  input: RuleInput,
  { assetLists, publicTargets, ...scores }: RuleSetting,
): Rule {
  const { filter, resolve } = input;
  const resolveAssets = (assets: readonly string[]) => resolveLists(assets, assetLists);
  return {
    name: input.name,
    scope: input.scope,
    filter: {
      ...filter,
      assets: resolveAssets(filter.assets),
      excludeAssets: resolveAssets(filter.excludeAssets),
    },
    metric: input.metric,
    windowMs: windowOf(input, scores),
    floorUsd: input.floorUsd,
    thresholds: input.thresholds,
    cooldownMs: input.cooldown,
    resolve: {
      belowPctOfLow: resolve.belowPctOfLow,
      forMs: resolve.for,
      reopenWithinMs: resolve.reopenWithin,
    },
    notify: (input.notify ?? publicTargets).map((route) => toRoute(route, resolveAssets)),
  };
}

function toRoute(
  route: string | NotifyRoute,
  resolveAssets: (assets: readonly string[]) => readonly string[],
): NotifyRoute {
  if (typeof route !== "string") return { ...route, assets: resolveAssets(route.assets) };
  return { target: route, minSeverity: null, assets: [], venues: [], sides: [] };
}

/** `@name` replaced by the assets of that list, each asset once. */
export function resolveLists(assets: readonly string[], lists: AssetLists): readonly string[] {
  const resolved = assets.flatMap((asset) =>
    asset.startsWith("@") ? (lists[asset.slice(1)] ?? []) : [asset],
  );
  return [...new Set(resolved)];
}
