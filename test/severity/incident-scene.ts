/** One scope's machine on a stage: values at moments in, rows of the log out. */
import type { HoldReason } from "../../src/alert.ts";
import { TICK_MS } from "../../src/rule.ts";
import { rankOf } from "../../src/severity/classify.ts";
import { evaluate, newMachine, nextDeadlineMs, type Outcome } from "../../src/severity/incident.ts";
import { type RuleOver, ruleOf, snapshotOf, T0 } from "./samples.ts";

/** A row as a test reads it; times count from T0, `orders` of a window says when it was read. */
export interface SeenRow {
  readonly at: number;
  readonly says: string;
  readonly rank: number;
  readonly value: number;
  readonly telling: number;
  readonly window: number;
  readonly until?: number;
  readonly count?: number;
}

/** The window of a resolved row: everything since the incident began. */
export const WHOLE = -1;

export class Scene {
  readonly machine = newMachine();
  readonly rule;
  /** What holds alerts back from now on. */
  hold: HoldReason | null = null;
  /** Incidents that began, told or not. */
  readonly begun: number[] = [];

  constructor(over: RuleOver = {}) {
    this.rule = ruleOf(over);
  }

  /** An input at this moment. */
  input(ms: number, value: number): readonly SeenRow[] {
    return this.#look(ms, value, false);
  }

  /** A tick at this moment, a whole multiple of 100 ms. */
  tick(ms: number, value: number): readonly SeenRow[] {
    return this.#look(ms, value, true);
  }

  /** Every tick in (from, to] at one value. */
  ticks(from: number, to: number, value: number): readonly SeenRow[] {
    const rows: SeenRow[] = [];
    for (let ms = from + TICK_MS; ms <= to; ms += TICK_MS) rows.push(...this.tick(ms, value));
    return rows;
  }

  /** The next moment at which the machine changes by itself, from T0. */
  get deadline(): number {
    return nextDeadlineMs(this.machine, this.rule) - T0;
  }

  #look(ms: number, value: number, isTick: boolean): readonly SeenRow[] {
    const nowMs = T0 + ms;
    const before = isTick ? nowMs - TICK_MS : Math.floor(nowMs / TICK_MS) * TICK_MS;
    const outcomes = evaluate(this.machine, {
      rule: this.rule,
      nowMs,
      isTick,
      rank: rankOf(this.rule, value, value * 100),
      value,
      isLively: false,
      hold: this.hold,
      lastTickMs: before,
      window: () => snapshotOf({ orders: ms }),
      wholeIncident: () => snapshotOf({ orders: WHOLE }),
      begin: () => {
        this.begun.push(ms);
        return `incident-${ms}`;
      },
    });
    return outcomes.map(rowOfOutcome);
  }
}

function rowOfOutcome(outcome: Outcome): SeenRow {
  const { suppression } = outcome;
  const row = {
    at: outcome.atMs - T0,
    says: `${outcome.decision} ${outcome.incident.id}`,
    rank: outcome.rank,
    value: outcome.value,
    telling: outcome.telling,
    window: outcome.window.orders,
  };
  if (suppression === null) return row;
  const { reason, untilMs, count } = suppression;
  return { ...row, says: `${reason} ${outcome.incident.id}`, until: untilMs - T0, count };
}
