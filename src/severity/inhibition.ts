/**
 * While an incident of `market-wide` is open and told, alerts of single assets are held back and
 * listed in it (SPEC 4). A silent one inhibits nothing: what nobody was told of can stand for nothing.
 * It is evaluated last, so that it holds back from the next evaluation of a scope on, and the
 * evaluation that resolves it is the last at which scopes were held back.
 */
import type { FoldedScope, MarketFold } from "../alert.ts";
import { MAJORS } from "../cascade.ts";
import { type Rank, severityOf } from "./classify.ts";
import type { Incident, Machine, Outcome } from "./incident.ts";
import type { CompiledRule } from "./rules.ts";
import type { ScopeState } from "./scope.ts";
import type { SeriesSet } from "./series.ts";

/** HIGH: the majors are told from here on. */
const MAJORS_RANK_MIN: Rank = 3;
/** Scopes that one incident lists; what is held back beyond is in the log alone. */
const HELD_MAX = 1_000;

export class Inhibition {
  readonly #series: SeriesSet;
  readonly #rule: CompiledRule | null;

  constructor(rules: readonly CompiledRule[], series: SeriesSet) {
    this.#series = series;
    this.#rule = rules.find(({ rule }) => rule.marketWide !== undefined) ?? null;
  }

  /** The incident that inhibits now; null = none does. */
  get incident(): Incident | null {
    const incident = this.#scope?.machine.incident ?? null;
    return incident === null || incident.isSilent ? null : incident;
  }

  /** True when an opening or escalation of this severity is held back. */
  applies({ asset }: ScopeState, rank: Rank): boolean {
    if (asset === null || this.incident === null) return false;
    return !(MAJORS.has(asset) && rank >= MAJORS_RANK_MIN);
  }

  /** Lists a scope with what was held back of it; returns the scope whose incident changed by it. */
  list({ compiled, key }: ScopeState, rank: Rank): ScopeState | null {
    const { incident } = this;
    if (incident === null) return null;
    const held = incident.held ?? [];
    const rule = compiled.rule.name;
    const at = held.findIndex((one) => one.rule === rule && one.scopeKey === key);
    const entry: FoldedScope = { rule, scopeKey: key, severity: severityOf(rank) };
    if (at >= 0) incident.held = held.with(at, entry);
    else if (held.length < HELD_MAX) incident.held = [...held, entry];
    return this.#scope;
  }

  /** What a decision says of folding; empty where nothing is folded. */
  noteOf(
    scope: ScopeState,
    { incident, decision, suppression, rank }: Outcome,
  ): { readonly fold?: MarketFold; readonly foldedInto?: string } {
    if (scope === this.#scope) {
      const isTold = decision === "opened" || decision === "reopened";
      return {
        fold: { incidentIds: isTold ? this.#toldOfAssets() : [], held: incident.held ?? [] },
      };
    }
    const isHeld = suppression?.reason === "inhibited" || this.applies(scope, rank);
    const { machine } = this.#scope ?? {};
    if (!isHeld || machine === undefined) return {};
    const into = this.incident ?? lastOf(machine);
    return into === null ? {} : { foldedInto: into.id };
  }

  get #scope(): ScopeState | null {
    return this.#rule === null ? null : this.#series.marketScope(this.#rule);
  }

  /** Told incidents of assets that are open; the majors' told at HIGH and above go on by themselves. */
  #toldOfAssets(): readonly string[] {
    const ids: string[] = [];
    for (const { asset, machine } of this.#series.scopes()) {
      const { incident, told } = machine;
      if (asset === null || incident === null || incident.isSilent) continue;
      if (!(MAJORS.has(asset) && told >= MAJORS_RANK_MIN)) ids.push(incident.id);
    }
    return ids;
  }
}

function lastOf({ last }: Machine): Incident | null {
  return last?.incident ?? null;
}
