/** Figures that are set for single assets: thresholds in place of a rule's, widths of price levels. */
import { bundledInstruments } from "../feeds/instruments.ts";
import { didYouMean } from "../nearest.ts";
import type { SomeThresholds } from "../thresholds.ts";
import { type Complain, checkScoreThresholds } from "./metric-rules.ts";
import type { Mistake } from "./mistakes.ts";
import { checkRising, complainInto, expectedAsset, listOf, resolveLists } from "./rules.ts";
import { getIn, isTree, type Path, type Tree } from "./tree.ts";

/** Reads the file as written, however wrong it is. */
export function checkAssetFigures(
  tree: Tree,
  lineOf: (path: Path) => number | null,
): readonly Mistake[] {
  const mistakes: Mistake[] = [];
  const complainAt = (path: Path) => complainInto(mistakes, path, lineOf);
  const overrides = namesIn(tree, ["overrides"]);
  const widths = namesIn(tree, ["priceLevels", "widths"]);
  if (overrides.length + widths.length === 0) return [];
  const known = knownAssets(tree);
  for (const asset of widths) checkAsset(asset, known, complainAt(["priceLevels", "widths"]));
  for (const asset of overrides) {
    checkAsset(asset, known, complainAt(["overrides"]));
    for (const name of namesIn(tree, ["overrides", asset])) {
      checkOverride(tree, { asset, name }, complainAt(["overrides", asset]));
    }
  }
  return mistakes;
}

function namesIn(tree: Tree, path: Path): readonly string[] {
  const map = getIn(tree, path);
  return isTree(map) ? Object.keys(map) : [];
}

/** Those of the bundled contracts and of `assetLists`, where new ones may be named. */
function knownAssets(tree: Tree): ReadonlySet<string> {
  const lists = isTree(tree.assetLists) ? Object.values(tree.assetLists) : [];
  const listed = lists.flatMap(listOf).filter((asset) => typeof asset === "string");
  return new Set([...bundledInstruments().assets(), ...listed]);
}

function checkAsset(asset: string, known: ReadonlySet<string>, complain: Complain): void {
  if (known.has(asset)) return;
  const unknown = `an asset that comes with liqwatch or stands in assetLists${didYouMean(asset, known)}`;
  complain([asset], asset, expectedAsset(asset) ?? unknown);
}

function checkOverride(
  tree: Tree,
  { asset, name }: { readonly asset: string; readonly name: string },
  complain: Complain,
): void {
  const rules = listOf(tree.rules);
  const names = rules.map((rule) => String(getIn(rule, ["name"])));
  const rule = rules[names.indexOf(name)];
  if (rule === undefined) {
    complain([name], name, `one of ${names.join(", ")}${didYouMean(name, names)}`);
    return;
  }
  if (getIn(rule, ["scope"]) === "market") {
    complain([name], name, "a rule with scope asset; this one is of all assets together");
  } else if (!looksAt(rule, asset, tree)) {
    complain([name], name, `a rule whose filter lets ${asset} through`);
  }
  const own = getIn(tree, ["overrides", asset, name, "thresholds"]);
  const before = getIn(rule, ["thresholds"]);
  if (!isTree(own) || !isTree(before)) return;
  const merged = { metric: getIn(rule, ["metric"]), thresholds: { ...before, ...own } };
  const below: Complain = (path, ...rest) => complain([name, ...path], ...rest);
  checkRising(merged, below);
  checkScoreThresholds(merged, below);
}

function looksAt(rule: unknown, asset: string, tree: Tree): boolean {
  const lists = isTree(tree.assetLists) ? tree.assetLists : {};
  const byName = Object.fromEntries(
    Object.entries(lists).map(([list, assets]) => [list, textsOf(assets)]),
  );
  const namedIn = (key: string) => resolveLists(textsOf(getIn(rule, ["filter", key])), byName);
  const only = namedIn("assets");
  if (namedIn("excludeAssets").includes(asset)) return false;
  return only.length === 0 || only.includes(asset);
}

function textsOf(value: unknown): readonly string[] {
  return listOf(value).filter((one) => typeof one === "string");
}

/** Checked overrides: by asset, then by rule. */
type Overrides = Readonly<
  Record<string, Readonly<Record<string, { readonly thresholds: SomeWritten }>>>
>;
type SomeWritten = { readonly [Level in keyof SomeThresholds]: number | undefined };

/** What is set for one rule, by asset; null = nothing. */
export function thresholdsByAsset(
  overrides: Overrides,
  rule: string,
): Readonly<Record<string, SomeThresholds>> | null {
  const found = Object.entries(overrides).flatMap(([asset, byRule]) => {
    const own = Object.hasOwn(byRule, rule) ? byRule[rule] : undefined;
    return own === undefined ? [] : [[asset, given(own.thresholds)] as const];
  });
  return found.length === 0 ? null : Object.fromEntries(found);
}

function given(thresholds: SomeWritten): SomeThresholds {
  return Object.fromEntries(Object.entries(thresholds).filter(([, value]) => value !== undefined));
}
