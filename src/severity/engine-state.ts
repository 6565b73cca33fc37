/**
 * The whole state of an engine as plain data, and back. Rings are not saved: the resident rows are,
 * and rings, windows and cursors follow from them. What comes back gives the same bytes as if it
 * had never been away.
 */
import type { VenueId } from "../liquidation.ts";
import type { PriceLevelsState } from "../windows/price-levels.ts";
import type { TableRow } from "../windows/row-table.ts";
import type { SecondSums } from "../windows/second-totals.ts";
import { Tally, type TallyState } from "../windows/tally.ts";
import type { AdmissionCounts } from "./admission.ts";
import type { CascadesState } from "./cascades.ts";
import type { SavedContagion } from "./contagion.ts";
import type { ContextState } from "./context-book.ts";
import type { Engine } from "./engine.ts";
import type { Incident, Machine } from "./incident.ts";
import type { NormalState } from "./normal-book.ts";
import type { ScopeState } from "./scope.ts";
import type { SavedKey } from "./seen-set.ts";
import type { SeriesRow } from "./series.ts";
import type { SideCheckState } from "./side-check.ts";
import { readVerdicts } from "./verdicts.ts";

type SavedKeys = readonly SavedKey[];

interface SavedScope {
  readonly rule: string;
  readonly key: string;
  readonly machine: Machine;
  readonly highest: number;
  readonly seconds: readonly (readonly [timeMs: number, sums: SecondSums])[];
  readonly tallies: readonly (readonly [id: string, afterMs: number, state: TallyState])[];
}

export interface EngineState {
  readonly nowMs: number | null;
  readonly lastTickMs: number;
  readonly counts: AdmissionCounts;
  readonly seen: SavedKeys;
  readonly orders: SavedKeys;
  readonly watch: readonly (readonly [VenueId, readonly string[], number | null])[];
  readonly sides: SideCheckState;
  readonly context: ContextState;
  readonly normal: NormalState;
  readonly levels: PriceLevelsState;
  readonly rows: readonly TableRow[];
  /** The number that the next row to arrive gets. */
  readonly nextArrival: number;
  readonly day: readonly (readonly [string | null, VenueId, timeMs: number, SecondSums])[];
  readonly scopes: readonly SavedScope[];
  readonly cascades: CascadesState;
  readonly contagions: readonly SavedContagion[];
}

export function saveEngine(engine: Engine): EngineState {
  const { admission, series } = engine;
  const rows: TableRow[] = [];
  for (let ref = series.table.start; ref < series.table.end; ref += 1)
    rows.push(series.table.get(ref));
  return {
    nowMs: engine.nowMs,
    lastTickMs: engine.nowMs === null ? 0 : engine.lastTickMs,
    counts: { ...admission.counts },
    seen: admission.seen.save(),
    orders: admission.orders.save(),
    watch: engine.watch.save(),
    sides: engine.sides.save(),
    context: engine.context.save(),
    normal: engine.normal.save(),
    levels: engine.levels.save(),
    rows,
    nextArrival: series.table.end,
    day: [...series.day.entries()].map((day) => [day.asset, day.venue, day.timeMs, day.sums]),
    scopes: [...series.scopes()].map(saveScope),
    cascades: engine.cascades.save(),
    contagions: series.contagions.save(),
  };
}

/** `engine` must be fresh and have the same rules; scopes of rules it lacks are forgotten. */
export function restoreEngine(engine: Engine, state: EngineState): void {
  const { admission, series } = engine;
  if (state.nowMs === null) return;
  engine.nowMs = state.nowMs;
  engine.lastTickMs = state.lastTickMs;
  Object.assign(admission.counts, state.counts);
  admission.seen.restore(state.seen);
  admission.orders.restore(state.orders);
  engine.watch.restore(state.watch);
  engine.sides.restore({ ...state.sides, venues: readVerdicts(state.sides.venues) });
  engine.context.restore(state.context);
  engine.normal.restore(state.normal);
  engine.levels.restore(state.levels);
  for (const [asset, venue, timeMs, sums] of state.day)
    series.day.add({ asset, venue }, { ...sums, timeMs });
  for (const saved of state.scopes) restoreScope(engine, saved, state.nowMs);
  series.table.startAt(state.rows[0]?.arrival ?? state.nextArrival);
  for (const row of state.rows) {
    series.replace(rowOf(row), {
      timeMs: row.timeMs,
      countsOrder: row.countsOrder,
      nowMs: state.nowMs,
    });
  }
  engine.cascades.restore(state.cascades, state.nowMs);
  series.contagions.restore(state.contagions);
  for (const scope of series.scopes()) engine.wake(scope, state.nowMs);
}

function saveScope(scope: ScopeState): SavedScope {
  const seconds = [...(scope.seconds?.totals.after(Number.NEGATIVE_INFINITY) ?? [])];
  return {
    rule: scope.compiled.rule.name,
    key: scope.key,
    machine: plainMachine(scope.machine),
    highest: scope.highest,
    seconds: seconds.map(({ second, ...sums }) => [second * 1000, sums] as const),
    tallies: [...scope.tallies].map(([id, { afterMs, tally }]) => [id, afterMs, tally.save()]),
  };
}

function restoreScope(engine: Engine, saved: SavedScope, nowMs: number): void {
  const compiled = engine.rules.find((one) => one.rule.name === saved.rule);
  if (compiled === undefined) return;
  const scope = engine.series.scopeNamed(compiled, saved.key, nowMs);
  restoreMachine(scope, saved.machine);
  scope.highest = saved.highest;
  for (const [timeMs, sums] of saved.seconds) scope.seconds?.totals.add(timeMs, sums);
  for (const [id, afterMs, tallyState] of saved.tallies) {
    const tally = Tally.restore(tallyState, (names) => engine.series.table.group(names));
    scope.tallies.set(id, { afterMs, tally });
  }
}

/**
 * A machine as plain data of this moment: what is stored later must not have moved on. JSON has no
 * -Infinity: a scope that was never quiet was quiet until 1970.
 */
export function plainMachine(machine: Machine): Machine {
  return { ...copyOf(machine), quietUntilMs: Math.max(0, machine.quietUntilMs) };
}

/** Puts a remembered machine back into a scope; the incidents are copied, never shared. */
export function restoreMachine(scope: ScopeState, machine: Machine): void {
  Object.assign(scope.machine, copyOf(machine));
}

function copyOf({ told, quietUntilMs, incident, last }: Machine): Machine {
  const copy = (one: Incident): Incident => ({
    ...one,
    stretch: one.stretch && { ...one.stretch },
  });
  return {
    told,
    quietUntilMs,
    incident: incident && copy(incident),
    last: last && { incident: copy(last.incident), resolvedAtMs: last.resolvedAtMs },
  };
}

/** What of a resident row decides the series it belongs to. */
function rowOf(row: TableRow): SeriesRow {
  const { venue, symbol, asset, priceKind } = row.group;
  const { price, size, positionSide } = row;
  const notionalCents = row.isPriced ? row.cents : null;
  return { venue, symbol, asset, priceKind, price, size, positionSide, notionalCents };
}
