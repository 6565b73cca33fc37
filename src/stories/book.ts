/**
 * The fold from decisions to stories and the messages that tell them. Pure: what it knows is what
 * the store keeps of it, committed with the decisions, so that a restart goes on where it ended.
 */
import type { Decision, DeliveryDraft, MarketFold, ScopeRecord } from "../alert.ts";
import type { Liquidation } from "../liquidation.ts";
import { subjectOf } from "../render/subject.ts";
import type { RunningFigures, Story, StoryRecord } from "../story.ts";
import { endDrafts, toldDraft } from "./drafts.ts";
import { refreshed } from "./figures.ts";
import { afterDecision, newStory, targetsToldOf, withIncident } from "./incidents.ts";
import { tell } from "./telling.ts";

/** A running story's figures are looked at this often: no message is edited more often. */
export const REFRESH_MS = 5_000;
/** Stories looked at in one tick: a look may read a window row by row. */
const REFRESHED_MAX = 8;

export interface StoryBookOptions {
  /** Names of the targets that are to be told this decision. */
  readonly route: (decision: Decision) => readonly string[];
  /** Place of a rule in the configuration. */
  readonly ruleIndex: (rule: string) => number;
  /** The longest time after its end in which an incident may reopen. */
  readonly reopenWithinMs: () => number;
  /** null when the incident does not run. */
  readonly running: (rule: string, scopeKey: string, incidentId: string) => RunningFigures | null;
}

/** What a commit has to make true. */
export interface StoryChanges {
  readonly stories: readonly StoryRecord[];
  readonly deliveries: readonly DeliveryDraft[];
}

/** A story in memory. Stories are replaced, never changed: one that was handed out stays as it was. */
interface Kept {
  story: Story;
  keptUntilMs: number | null;
  refreshedAtMs: number;
}

export class StoryBook {
  readonly #options: StoryBookOptions;
  readonly #kept = new Map<string, Kept>();
  /** By incident: the story that it was last in. */
  readonly #storyOf = new Map<string, Kept>();
  /** By asset, the market's under null. */
  readonly #running = new Map<string | null, Kept>();
  /** Changed since the last `take`; true = its figures, too. */
  readonly #changed = new Map<Kept, boolean>();
  #drafts: DeliveryDraft[] = [];
  #nextRefreshMs = Number.POSITIVE_INFINITY;

  constructor(options: StoryBookOptions) {
    this.#options = options;
  }

  /** Puts back what a store remembers. */
  restore(records: readonly Pick<StoryRecord, "story" | "keptUntilMs">[]): void {
    for (const { story, keptUntilMs } of records) {
      this.#put({ story, keptUntilMs, refreshedAtMs: Number.NEGATIVE_INFINITY });
    }
    this.#nextRefreshMs = Number.NEGATIVE_INFINITY;
  }

  /** Those that run, and those that may go on yet. */
  get stories(): readonly Story[] {
    return [...this.#kept.values()].map(({ story }) => story);
  }

  /** True when something waits to be committed. */
  get hasChanges(): boolean {
    return this.#changed.size > 0;
  }

  /** What one step of the engine gave. */
  take(
    accepted: readonly { readonly row: Liquidation }[],
    decisions: readonly Decision[],
    nowMs: number | null,
  ): void {
    for (const { row } of accepted) if (row.kind !== "liquidation") this.#onOtherKind(row);
    for (const decision of decisions) this.on(decision);
    if (nowMs !== null) this.refresh(nowMs);
  }

  on(decision: Decision): void {
    if (decision.decision === "suppressed") return;
    const { route, ruleIndex } = this.#options;
    const kept = this.#keptFor(decision);
    const grown = afterDecision(kept.story, decision, ruleIndex(decision.rule));
    if (decision.fold !== undefined) this.#fold(decision.incidentId, decision.fold);
    if (decision.decision === "resolved") {
      this.#replace(kept, grown, { hasNewFigures: false });
      const tellers = grown.foldedInto === null ? targetsToldOf(grown, decision.incidentId) : [];
      for (const target of tellers) this.#drafts.push(...endDrafts(grown, target, decision));
      return;
    }
    const told = { ...grown.told };
    const targets = route(decision);
    for (const target of targets) told[target] = tell(told[target], decision);
    const folded = decision.fold?.held ?? grown.folded;
    const story = { ...grown, told, folded, foldedInto: null };
    // What is told is of this moment: the next look is due later.
    kept.refreshedAtMs = decision.atMs;
    this.#nextRefreshMs = Math.min(this.#nextRefreshMs, decision.atMs + REFRESH_MS);
    this.#replace(kept, story, { hasNewFigures: false });
    this.#drafts.push(...targets.flatMap((target) => toldDraft(story, target, decision) ?? []));
  }

  /** Money that left positions otherwise than by a liquidation; stories of its asset and time show it. */
  #onOtherKind({ kind, asset, history, notionalCents }: Liquidation): void {
    if (history || notionalCents === null) return;
    const field = kind === "deleverage" ? "deleverageCents" : "backstopCents";
    for (const subject of asset === null ? [null] : [asset, null]) {
      const kept = this.#running.get(subject);
      if (kept === undefined) continue;
      const { otherKinds } = kept.story;
      const grown = { ...otherKinds, [field]: otherKinds[field] + notionalCents };
      this.#replace(kept, { ...kept.story, otherKinds: grown }, { hasNewFigures: false });
    }
  }

  /** The rules of these scopes were taken away: what they ran ends without a decision. */
  onForgotten(scopes: readonly Pick<ScopeRecord, "rule" | "scopeKey">[], nowMs: number): void {
    const gone = new Set(scopes.map(nameOf));
    for (const kept of gone.size === 0 ? [] : [...this.#running.values()]) {
      for (const orphan of kept.story.incidents) {
        if (orphan.end !== null || !gone.has(nameOf(orphan.highest))) continue;
        const ended = { ...orphan, present: null, end: { atMs: nowMs, decision: null } };
        this.#replace(kept, withIncident(kept.story, ended), { hasNewFigures: true });
      }
    }
  }

  /** Looks at the running stories whose turn it is. Reads the engine and changes nothing in it. */
  refresh(nowMs: number): void {
    if (nowMs < this.#nextRefreshMs) return;
    let left = REFRESHED_MAX;
    let nextMs = Number.POSITIVE_INFINITY;
    for (const kept of this.#running.values()) {
      if (kept.story.foldedInto !== null) continue;
      const isDue = kept.refreshedAtMs + REFRESH_MS <= nowMs;
      if (isDue && left > 0) {
        left -= 1;
        kept.refreshedAtMs = nowMs;
        const story = refreshed(kept.story, this.#options.running);
        if (story !== null) this.#replace(kept, story, { hasNewFigures: true });
      }
      nextMs = Math.min(nextMs, kept.refreshedAtMs + REFRESH_MS);
    }
    this.#nextRefreshMs = nextMs;
    this.#forget(nowMs);
  }

  /** Everything since the last call. */
  changes(): StoryChanges {
    const stories = [...this.#changed].map(([{ story, keptUntilMs }, hasNewFigures]) => {
      return { story, keptUntilMs, hasNewFigures };
    });
    const deliveries = this.#drafts;
    this.#changed.clear();
    this.#drafts = [];
    return { stories, deliveries };
  }

  /** These incidents go on in the market's story: their messages point there once and stop. */
  #fold(into: string, { incidentIds }: MarketFold): void {
    for (const incidentId of incidentIds) {
      const kept = this.#storyOf.get(incidentId);
      if (kept === undefined || kept.story.asset === null || kept.story.endedAtMs !== null)
        continue;
      if (kept.story.foldedInto === into) continue;
      this.#replace(kept, { ...kept.story, foldedInto: into }, { hasNewFigures: true });
    }
  }

  #keptFor(decision: Decision): Kept {
    const running = this.#running.get(subjectOf(decision).asset);
    const former = this.#storyOf.get(decision.incidentId);
    return (
      running ??
      former ?? {
        ...{ story: newStory(decision), keptUntilMs: null, refreshedAtMs: decision.atMs },
      }
    );
  }

  #replace(kept: Kept, story: Story, { hasNewFigures }: { readonly hasNewFigures: boolean }): void {
    const { endedAtMs } = story;
    kept.story = story;
    kept.keptUntilMs = endedAtMs === null ? null : endedAtMs + this.#options.reopenWithinMs();
    this.#put(kept);
    this.#changed.set(kept, hasNewFigures || this.#changed.get(kept) === true);
  }

  #put(kept: Kept): void {
    const { story, asset, endedAtMs, incidents } = kept.story;
    this.#kept.set(story, kept);
    for (const { incidentId } of incidents) this.#storyOf.set(incidentId, kept);
    if (endedAtMs === null) this.#running.set(asset, kept);
    else if (this.#running.get(asset) === kept) this.#running.delete(asset);
  }

  /** Ended stories none of whose incidents can reopen. */
  #forget(nowMs: number): void {
    for (const kept of this.#kept.values()) {
      if (kept.keptUntilMs === null || kept.keptUntilMs >= nowMs) continue;
      this.#kept.delete(kept.story.story);
      for (const { incidentId } of kept.story.incidents) {
        if (this.#storyOf.get(incidentId) === kept) this.#storyOf.delete(incidentId);
      }
    }
  }
}

function nameOf({ rule, scopeKey }: Pick<ScopeRecord, "rule" | "scopeKey">): string {
  return `${rule}\n${scopeKey}`;
}
