/** Rules made ready for the hot path: filters as sets, scope keys as slots of small arrays. */
import { type Liquidation, VENUE_IDS, venueSlot } from "../liquidation.ts";
import type { Rule, Scope } from "../rule.ts";

/** What of a row a filter looks at. */
export type FilteredRow = ScopeNames & Pick<Liquidation, "notionalCents">;

export interface CompiledRule {
  readonly rule: Rule;
  /** Place in the file: decisions of one moment stand in this order. */
  readonly index: number;
  /** True when the rule's rows are not simply those of its market, asset or asset and venue. */
  readonly needsOwnSeries: boolean;
  /** Whether the filter lets rows of this asset through; null = of an unknown one. */
  acceptsAsset(asset: string | null): boolean;
  /** What else the filter asks of a row; null = nothing. */
  readonly acceptsRow: ((row: FilteredRow) => boolean) | null;
}

export function compileRules(rules: readonly Rule[]): readonly CompiledRule[] {
  return rules.map((rule, index) => ({
    rule,
    index,
    needsOwnSeries: needsOwnSeries(rule),
    acceptsAsset: assetFilter(rule),
    acceptsRow: rowFilter(rule),
  }));
}

/** What of a row decides its scope. */
export type ScopeNames = Pick<Liquidation, "asset" | "positionSide" | "venue">;

/** Where a row's scope stands among those of its asset: by position side, by venue, or alone. */
export function slotOf(rule: Rule, row: ScopeNames): number {
  if (rule.scope === "asset+side") return row.positionSide === "long" ? 0 : 1;
  if (rule.scope === "asset+venue") return venueSlot(row.venue);
  return 0;
}

/** `market`, `BTC`, `BTC:long`, `BTC@binance`. */
export function scopeKeyOf(rule: Rule, row: ScopeNames): string {
  if (rule.scope === "market") return "market";
  if (rule.scope === "asset+side") return `${row.asset}:${row.positionSide}`;
  return rule.scope === "asset+venue" ? `${row.asset}@${row.venue}` : `${row.asset}`;
}

/** What a scope key says: `market`, `BTC`, `BTC:long`, `BTC@binance`. */
export function scopeNames(scope: Scope, key: string): ScopeNames {
  const names = { asset: key, positionSide: "long", venue: "binance" } as const;
  if (scope === "market") return { ...names, asset: null };
  if (scope === "asset") return names;
  const cut = key.lastIndexOf(scope === "asset+side" ? ":" : "@");
  const [asset, rest] = [key.slice(0, cut), key.slice(cut + 1)];
  if (scope === "asset+side") {
    return { ...names, asset, positionSide: rest === "short" ? "short" : "long" };
  }
  return { ...names, asset, venue: VENUE_IDS.find((id) => id === rest) ?? names.venue };
}

/** A filter by asset passes all rows of an asset's series or none: it needs no series of its own. */
function needsOwnSeries({ filter, scope }: Rule): boolean {
  if (scope === "asset+side" || filter.minNotionalUsd > 0 || filter.sides.length > 0) return true;
  if (filter.venues.length > 0 && scope !== "asset+venue") return true;
  return scope === "market" && filter.assets.length + filter.excludeAssets.length > 0;
}

/** Whether rows of an asset can pass: decided once per asset, not once per row. */
function assetFilter({ filter, scope }: Rule): (asset: string | null) => boolean {
  const assets = setOrNull(filter.assets);
  const excluded = setOrNull(filter.excludeAssets);
  return (asset) => {
    if (asset === null) return scope === "market" && assets === null;
    return (assets === null || assets.has(asset)) && excluded?.has(asset) !== true;
  };
}

function rowFilter({ filter }: Rule): ((row: FilteredRow) => boolean) | null {
  const venues = setOrNull<string>(filter.venues);
  const sides = setOrNull<string>(filter.sides);
  const { minNotionalUsd } = filter;
  if (venues === null && sides === null && minNotionalUsd === 0) return null;
  return (row) => {
    if (venues !== null && !venues.has(row.venue)) return false;
    if (sides !== null && !sides.has(row.positionSide)) return false;
    if (minNotionalUsd === 0) return true;
    return row.notionalCents !== null && row.notionalCents / 100 >= minNotionalUsd;
  };
}

function setOrNull<Value>(values: readonly Value[]): ReadonlySet<Value> | null {
  return values.length === 0 ? null : new Set(values);
}
