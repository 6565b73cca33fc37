/** Which remembered scopes go on when the rules are others than when they were written. Pure. */
import type { ScopeRecord } from "../alert.ts";
import { VENUE_IDS } from "../liquidation.ts";
import type { Rule, Scope } from "../rule.ts";
import { CASCADE_RECORDS } from "./cascades.ts";
import { scopeNames } from "./rules.ts";

/**
 * `kept`: a rule of that name still watches that scope, by whatever figures; its incident goes on.
 * `gone`: nothing watches it any more, so that its incident can neither rise nor resolve.
 */
export function splitScopes(
  records: readonly ScopeRecord[],
  rules: readonly Rule[],
): { readonly kept: readonly ScopeRecord[]; readonly gone: readonly ScopeRecord[] } {
  const byName = new Map(rules.map((rule) => [rule.name, rule]));
  const kept: ScopeRecord[] = [];
  const gone: ScopeRecord[] = [];
  for (const record of records) {
    if (record.rule === CASCADE_RECORDS) {
      kept.push(record);
      continue;
    }
    const rule = byName.get(record.rule);
    const isWatched = rule !== undefined && watchesScope(rule, record.scopeKey);
    (isWatched ? kept : gone).push(record);
  }
  return { kept, gone };
}

/** False for a key of another scope, and for one whose rows the rule's filter keeps out. */
export function watchesScope({ scope, filter }: Rule, scopeKey: string): boolean {
  if (scopeOfKey(scopeKey) !== scope) return false;
  const { asset, venue, positionSide } = scopeNames(scope, scopeKey);
  const lets = <Name>(list: readonly Name[], name: Name) =>
    list.length === 0 || list.includes(name);
  if (asset !== null && !lets(filter.assets, asset)) return false;
  if (asset !== null && filter.excludeAssets.includes(asset)) return false;
  if (scope === "asset+venue" && !lets(filter.venues, venue)) return false;
  return scope !== "asset+side" || lets(filter.sides, positionSide);
}

function scopeOfKey(key: string): Scope {
  if (key === "market") return "market";
  if (/:(?:long|short)$/.test(key)) return "asset+side";
  return VENUE_IDS.some((venue) => key.endsWith(`@${venue}`)) ? "asset+venue" : "asset";
}
