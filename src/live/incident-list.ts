/** Incidents that people were told of, open and lately calmed; bounded, in memory. */
import type { Decision } from "../alert.ts";
import { UNKNOWN_COVERAGE } from "../coverage.ts";
import type { IncidentState } from "../queries.ts";
import type { Engine } from "../severity/engine.ts";
import { incidentName } from "./figures.ts";

const INCIDENTS_MAX = 100;

interface LiveIncident extends Omit<IncidentState, "number"> {
  readonly isMarket: boolean;
}

export class IncidentList {
  readonly #engine: Engine;
  readonly #incidents = new Map<string, LiveIncident>();
  readonly #numbers = new Map<string, number>();

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  note(decision: Decision): void {
    if (decision.decision === "suppressed") return;
    this.#incidents.set(decision.incidentId, incidentOf(decision));
    if (this.#incidents.size > INCIDENTS_MAX) this.#forgetOne();
  }

  onNumbers(numbers: Readonly<Record<string, number>>): void {
    for (const [incidentId, number] of Object.entries(numbers)) {
      if (this.#incidents.has(incidentId)) this.#numbers.set(incidentId, number);
    }
  }

  /**
   * After a restart: what the log last said, newest first. An incident that the engine does not go
   * on with (its rule is gone) is neither open nor calmed, and is left out.
   */
  restore(
    logged: readonly { readonly decision: Decision; readonly incidentNumber: number | null }[],
  ): void {
    for (const { decision, incidentNumber } of logged.toReversed()) {
      this.note(decision);
      if (incidentNumber !== null) this.#numbers.set(decision.incidentId, incidentNumber);
    }
    this.forgetGone();
  }

  /** Leaves out the open ones that the engine does not go on with: their rule is gone. */
  forgetGone(): void {
    const open = new Set<string>();
    for (const { machine } of this.#engine.series.scopes()) {
      if (machine.incident !== null) open.add(machine.incident.id);
    }
    for (const [id, { calmedAtMs }] of this.#incidents) {
      if (calmedAtMs === null && !open.has(id)) this.#forget(id);
    }
  }

  /** Open ones first, then the newest calmed ones. */
  list(limit: number): readonly IncidentState[] {
    const all = [...this.#incidents.values()].sort(
      (a, b) =>
        Number(a.calmedAtMs !== null) - Number(b.calmedAtMs !== null) ||
        b.startedAtMs - a.startedAtMs,
    );
    const present = this.#presentFigures();
    return all.slice(0, limit).map(({ isMarket, ...incident }) => {
      const number = incidentName(isMarket, this.#numbers.get(incident.incidentId) ?? null);
      return { ...incident, ...present.get(incident.incidentId), number };
    });
  }

  /** What the windows of open incidents hold now: the last decision may be minutes old. */
  #presentFigures(): Map<string, Pick<IncidentState, "value" | "longCents" | "shortCents">> {
    const figures = new Map<string, Pick<IncidentState, "value" | "longCents" | "shortCents">>();
    for (const scope of this.#engine.series.scopes()) {
      const { incident } = scope.machine;
      if (incident === null || incident.isSilent) continue;
      const { longCents, shortCents } = scope.window;
      figures.set(incident.id, { value: scope.value, longCents, shortCents });
    }
    return figures;
  }

  /** The longest known of the calmed ones. */
  #forgetOne(): void {
    for (const [id, { calmedAtMs }] of this.#incidents) {
      if (calmedAtMs === null) continue;
      this.#forget(id);
      return;
    }
  }

  #forget(incidentId: string): void {
    this.#incidents.delete(incidentId);
    this.#numbers.delete(incidentId);
  }
}

function incidentOf(decision: Decision): LiveIncident {
  const { window } = decision;
  return {
    incidentId: decision.incidentId,
    rule: decision.rule,
    scopeKey: decision.scopeKey,
    windowMs: decision.windowMs,
    severity: decision.severity,
    value: decision.value,
    metric: decision.metric,
    longCents: window.longCents,
    shortCents: window.shortCents,
    startedAtMs: decision.incidentStartMs,
    calmedAtMs: decision.decision === "resolved" ? decision.atMs : null,
    coverage: decision.coverage.figure ?? UNKNOWN_COVERAGE,
    isMarket: decision.scope === "market",
  };
}
