/** Fills a fresh engine from the store: after a restart, and when the rules change while it runs. */
import type { ScopeRecord } from "./alert.ts";
import { LiqError } from "./errors.ts";
import type { Rule } from "./rule.ts";
import { Engine } from "./severity/engine.ts";
import { splitScopes } from "./severity/rule-change.ts";
import { restoreScopes, scopeRecord } from "./severity/warm-start.ts";
import type { Store } from "./store/store.ts";

export interface Remembered {
  readonly scopes: readonly ScopeRecord[];
  readonly nowMs: number;
}

/** A restart can be waited for; a change of rules is given up when too much waits behind it. */
type Cut = () => boolean;

/**
 * Machines first, then every row that is still in a window, a total or an incident. Resolves to
 * the scopes that nothing watches any more, their state null: what the store should forget.
 */
export async function refill(
  engine: Engine,
  store: Pick<Store, "liquidationsSince">,
  { scopes, nowMs, isCut = () => false }: Remembered & { readonly isCut?: Cut },
): Promise<readonly ScopeRecord[]> {
  const rules = engine.rules.map(({ rule }) => rule);
  const { kept, gone } = splitScopes(scopes, rules);
  const { rowsSinceMs } = restoreScopes(engine, kept, nowMs);
  for await (const chunk of store.liquidationsSince(rowsSinceMs)) {
    for (const { row, countsOrder } of chunk) engine.restoreRow(row, countsOrder);
    if (isCut()) throw new LiqError("LIQ_STORE", "Reading the store back takes too long");
  }
  return gone.map((record) => ({ ...record, state: null }));
}

/**
 * Lets a running engine go on under other rules: the way of a restart, because only the store has
 * the rows of a window that no rule asked for before. Everything taken in must be stored already,
 * and nothing may be taken in meanwhile. A failure leaves the engine as it was.
 */
export async function changeRules(
  engine: Engine,
  rules: readonly Rule[],
  { store, isCut }: { readonly store: Pick<Store, "liquidationsSince">; readonly isCut: Cut },
): Promise<readonly ScopeRecord[]> {
  const { nowMs } = engine;
  const fresh = new Engine({ rules, cascade: engine.cascades.limits });
  fresh.sides.restore(engine.sides.save());
  let gone: readonly ScopeRecord[] = [];
  if (nowMs !== null) {
    const records = [...engine.series.scopes()].map((scope) => scopeRecord(scope, nowMs));
    const told = records.filter(({ state }) => state !== null);
    const scopes = [...told, ...engine.cascades.records()];
    gone = await refill(fresh, store, { scopes, nowMs, isCut });
  }
  engine.continueAs(fresh);
  return gone;
}
