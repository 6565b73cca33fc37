/** One (rule, scope key): the window it reads, its state machine, and the tally of its incident. */
import type { HoldReason, Snapshot } from "../alert.ts";
import { VENUE_IDS, type VenueId } from "../liquidation.ts";
import { isSecondWindow, type Rule, readDelayMs, ruleFor } from "../rule.ts";
import { RowRing } from "../windows/ring.ts";
import type { RowTable, TableRow } from "../windows/row-table.ts";
import { RowWindow } from "../windows/row-window.ts";
import { SecondWindow } from "../windows/second-window.ts";
import { Tally } from "../windows/tally.ts";
import type { Rank } from "./classify.ts";
import { fingerprintHex } from "./fingerprint.ts";
import type { Gauge } from "./gauge.ts";
import { gaugeOf } from "./gauges.ts";
import { type Evaluation, type Machine, newMachine, reopenable } from "./incident.ts";
import { priced } from "./priced.ts";
import type { ReferenceBook } from "./reference-book.ts";
import type { CompiledRule } from "./rules.ts";

/** What happened since an incident began: rows with a window time later than `afterMs`. */
export interface IncidentTally {
  readonly afterMs: number;
  readonly tally: Tally;
}

/** Where a scope stands, and what it reads. */
export interface ScopePlace {
  readonly key: string;
  readonly asset: string | null;
  /** The series that it shares; a rule with a filter gets its own. */
  readonly shared: RowRing;
  readonly table: RowTable;
  readonly startMs: number;
}

/** When a look is taken. */
export interface LookTime {
  readonly nowMs: number;
  readonly isTick: boolean;
  /** The latest tick before this look. */
  readonly lastTickMs: number;
}

/** One scope's evaluation: one object, set anew at each look, because looks are the hot path. */
class Look implements Evaluation {
  readonly rule: Rule;
  nowMs = 0;
  isTick = false;
  lastTickMs = 0;
  rank: Rank = 0;
  value = 0;
  isLively = false;
  hold: HoldReason | null = null;
  /** What assets cost; null = nobody tells. */
  references: ReferenceBook | null = null;
  readonly #scope: ScopeState;

  constructor(scope: ScopeState) {
    this.#scope = scope;
    this.rule = scope.rule;
  }

  window(): Snapshot {
    const { windowMs } = this.rule;
    const toMs = this.nowMs - readDelayMs(windowMs);
    return this.#priced(this.#scope.snapshot(), toMs - windowMs);
  }
  wholeIncident(incidentId: string): Snapshot {
    const fromMs = this.#scope.tallies.get(incidentId)?.afterMs ?? this.nowMs;
    return this.#priced(this.#scope.wholeIncident(incidentId), fromMs);
  }
  begin(): string {
    const id = fingerprintHex(`${this.rule.name}|${this.#scope.key}|${this.nowMs}`);
    this.#scope.beginTally(id, this.nowMs);
    return id;
  }

  /** SPEC 4: windows of 15 min and more have no price change. */
  #priced(snapshot: Snapshot, fromMs: number): Snapshot {
    const { asset, seconds } = this.#scope;
    if (this.references === null || seconds !== null) return snapshot;
    const toMs = this.nowMs - readDelayMs(this.rule.windowMs);
    return priced(snapshot, this.references, { asset, fromMs, toMs });
  }
}

export class ScopeState {
  readonly compiled: CompiledRule;
  /** With the thresholds that hold for its asset. */
  readonly rule: Rule;
  readonly key: string;
  readonly asset: string | null;
  /** The one venue that the scope is about; null = several may have a part in it. */
  readonly venue: VenueId | null;
  /** The series that the rule reads: shared, or its own when the rule has a filter. */
  readonly ring: RowRing;
  readonly ownsRing: boolean;
  /** The built-in rule whose open incident inhibits others. */
  readonly isMarketWide: boolean;
  readonly rows: RowWindow | null;
  readonly seconds: SecondWindow | null;
  readonly machine: Machine = newMachine();
  /** By incident id: the running incident's, and the last one's while that may reopen. */
  readonly tallies = new Map<string, IncidentTally>();
  /** The next clock at which a look can find something new. */
  wakeAtMs = Number.POSITIVE_INFINITY;
  /** Place in the engine's list of active scopes, -1 when not in it. */
  activeAt = -1;
  /** Number of the last input that touched this scope. */
  touchedBy = -1;
  /** The highest value of all looks. */
  highest = 0;
  /** True when the store does not have this machine's latest state. */
  isDirty = false;
  /** The window that the rule reads: one of the two above. */
  readonly window: RowWindow | SecondWindow;
  /** What the rule's metric reads. */
  readonly gauge: Gauge;
  /** The metric's figure at the last look. */
  value = 0;
  /** The evaluation of this scope; the engine sets it anew at each look. */
  readonly look: Look;

  readonly table: RowTable;

  constructor(compiled: CompiledRule, at: ScopePlace) {
    const { windowMs } = compiled.rule;
    this.compiled = compiled;
    this.isMarketWide = compiled.rule.marketWide !== undefined;
    this.rule = ruleFor(compiled.rule, at.asset);
    this.key = at.key;
    this.asset = at.asset;
    this.venue = venueOf(compiled.rule, at.key);
    const isBySecond = isSecondWindow(windowMs);
    this.ownsRing = compiled.needsOwnSeries && !isBySecond;
    this.ring = this.ownsRing ? new RowRing() : at.shared;
    const rows = new RowWindow(this.ring, { windowMs, delayMs: readDelayMs(windowMs) });
    const seconds = isBySecond ? new SecondWindow(windowMs) : null;
    this.rows = isBySecond ? null : rows;
    this.seconds = seconds;
    this.window = seconds ?? rows;
    this.gauge = gaugeOf(this);
    this.table = at.table;
    this.look = new Look(this);
    this.window.advance(at.startMs);
  }

  /** True while the window holds rows at the clock, or rows wait to enter it. */
  isLive(nowMs: number): boolean {
    this.window.advance(nowMs);
    return this.window.nextChangeMs() < Number.POSITIVE_INFINITY;
  }

  /** The window as it stands. */
  snapshot(): Snapshot {
    const table = this.table;
    const tally = new Tally();
    if (this.rows !== null) {
      const { head, tail } = this.rows;
      for (let at = head; at < tail; at += 1) tally.add(table.get(this.ring.refAt(at)));
    }
    if (this.seconds !== null) tally.addSums(this.seconds.sums);
    return tally.snapshot(this.#detail);
  }

  /** Starts the tally of an incident that begins now, with every row that belongs to it already. */
  beginTally(incidentId: string, nowMs: number): void {
    const table = this.table;
    const tally = new Tally();
    const afterMs = this.incidentAfterMs(nowMs);
    if (this.seconds !== null) {
      for (const entry of this.seconds.totals.after(afterMs / 1000)) tally.addSums(entry);
    } else {
      for (let at = this.ring.firstAfter(afterMs); at < this.ring.end; at += 1) {
        tally.add(table.get(this.ring.refAt(at)));
      }
    }
    this.tallies.set(incidentId, { afterMs, tally });
  }

  /** SPEC 4: an incident holds rows later than S - D - W, in whole seconds for long windows. */
  incidentAfterMs(startMs: number): number {
    if (this.seconds !== null) return this.seconds.firstSecond(startMs) * 1000 - 1;
    const { windowMs } = this.compiled.rule;
    return startMs - windowMs - readDelayMs(windowMs);
  }

  wholeIncident(incidentId: string): Snapshot {
    const tally = this.tallies.get(incidentId)?.tally ?? new Tally();
    return tally.snapshot(this.#detail);
  }

  /** Adds a row to the running incident, and to the last one while that may still reopen. */
  tallyRow(row: TableRow, nowMs: number): void {
    if (this.tallies.size === 0) return;
    this.#forgetTallies(nowMs);
    for (const { afterMs, tally } of this.tallies.values()) {
      if (row.timeMs > afterMs) tally.add(row);
    }
  }

  #forgetTallies(nowMs: number): void {
    const former = reopenable(this.machine, this.compiled.rule, nowMs);
    for (const id of this.tallies.keys()) {
      if (id !== this.machine.incident?.id && id !== former?.id) this.tallies.delete(id);
    }
  }

  get #detail(): { hasPrices: boolean; hasRows: boolean } {
    return {
      hasPrices: this.compiled.rule.scope !== "market",
      hasRows: this.seconds === null,
    };
  }
}

function venueOf({ scope, filter }: Rule, key: string): VenueId | null {
  const [only = null, ...others] = filter.venues;
  if (scope !== "asset+venue") return others.length === 0 ? only : null;
  return VENUE_IDS.find((id) => key.endsWith(`@${id}`)) ?? null;
}

/** SPEC 4: rules in file order, within a rule scope keys by name. */
export function inOrder(left: ScopeState, right: ScopeState): number {
  return left.compiled.index - right.compiled.index || (left.key < right.key ? -1 : 1);
}
