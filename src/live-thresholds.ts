/**
 * Thresholds changed from a chat: shown first, stored and put into force on confirmation, laid over
 * the file at every start and reload, named in both logs. The file is never written.
 */
import type { CascadeLimits } from "./cascade.ts";
import { overriddenRules } from "./config/overrides.ts";
import { LiqError, messageOf } from "./errors.ts";
import type { Log } from "./log.ts";
import type { Rule } from "./rule.ts";
import type { Runtime } from "./runtime.ts";
import type { PreviewQuery, ThresholdStore } from "./store/store.ts";
import { draftsOf, isSameChange, type ThresholdDraft, withChanges } from "./threshold-drafts.ts";
import type {
  OverrideState,
  ThresholdChange,
  ThresholdControls,
  ThresholdOutcome,
  ThresholdPreview,
  ThresholdProposal,
  ThresholdWish,
  Who,
} from "./thresholds.ts";

/** A preview that is older shows another day. */
export const CONFIRM_MS_MAX = 600_000;
/** Previews that wait for their confirmation; the oldest is forgotten. */
const PENDING_MAX = 100;
/** Reading a busy day back takes longer than a chat waits: the rest goes on behind the answer. */
const ANSWER_MS_MAX = 6_000;

export interface LiveThresholdsOptions {
  readonly store: ThresholdStore & {
    previewAlerts(query: PreviewQuery): Promise<ThresholdPreview>;
  };
  readonly runtime: Pick<Runtime, "nowMs" | "monotonicMs" | "random" | "after">;
  readonly log: Log;
}

/** What is there once this process decides. */
export interface RulesInForce {
  fileRules(): readonly Rule[];
  targets(): PreviewQuery["targets"];
  /** Absent = those of SPEC 5.2. */
  cascade?(): CascadeLimits;
  /** The engine's clock; null before its first input. */
  nowMs(): number | null;
  /** Runs a change when no other is under way. */
  alone<Value>(change: () => Promise<Value>): Promise<Value>;
  /** Puts these rules of the file into force, with what holds over them. */
  changeRules(fileRules: readonly Rule[]): Promise<void>;
}

interface Pending {
  readonly code: string;
  readonly wish: ThresholdWish;
  readonly changes: readonly ThresholdChange[];
  /** Of the monotonic clock. */
  readonly untilMs: number;
}

export class LiveThresholds implements ThresholdControls {
  readonly #options: LiveThresholdsOptions;
  readonly #pending = new Map<string, Pending>();
  #overrides: readonly ThresholdChange[] = [];
  #inForce: RulesInForce | null = null;
  #isPreviewing = false;
  #lastAtMs = 0;

  constructor(options: LiveThresholdsOptions) {
    this.#options = options;
  }

  /** Before anything is evaluated: the rules to begin with. */
  async restore(fileRules: readonly Rule[]): Promise<readonly Rule[]> {
    this.#overrides = await this.#options.store.thresholdOverrides();
    const rules = this.rulesOver(fileRules);
    await this.onRules(fileRules);
    return rules;
  }

  /** From now on changes can be made. */
  begin(inForce: RulesInForce): void {
    this.#inForce = inForce;
  }

  /** The file's rules with what holds over them. */
  rulesOver(fileRules: readonly Rule[]): readonly Rule[] {
    return overriddenRules(fileRules, this.#overrides).rules;
  }

  states(): readonly OverrideState[] {
    return overriddenRules(this.#inForce?.fileRules() ?? [], this.#overrides).states;
  }

  /** These rules of the file are in force: says what of ours no longer fits them. Never rejects. */
  async onRules(fileRules: readonly Rule[]): Promise<void> {
    const { log } = this.#options;
    const { states, retired } = overriddenRules(fileRules, this.#overrides);
    for (const { change, ignoredReason: reason } of states) {
      const { rule, who } = change;
      if (reason !== null) log.warn({ rule, reason, by: who.by }, "Override of thresholds ignored");
    }
    if (retired.length === 0) return;
    const gone = retired.map(({ change, rule }) => {
      const { after: before, metric } = change;
      const { name, thresholds: after } = rule;
      return { action: "retired", rule: name, metric, before, after, override: {} } as const;
    });
    const changes = this.#signed(gone, { by: "configuration", name: null });
    this.#overrides = withChanges(this.#overrides, changes);
    await this.#write(
      changes,
      "Override of thresholds could not be retired; it stays without effect",
    );
    for (const change of changes) this.#tell(change);
  }

  async propose(wish: ThresholdWish, who: Who): Promise<ThresholdProposal> {
    const { store, runtime } = this.#options;
    const inForce = this.#ready();
    const changes = this.#signed(draftsOf(wish, inForce.fileRules(), this.#overrides), who);
    if (this.#isPreviewing) {
      throw new LiqError("LIQ_COMMAND", "Another preview is being computed; try again");
    }
    this.#isPreviewing = true;
    try {
      const fileRules = inForce.fileRules();
      const wanted = overriddenRules(fileRules, withChanges(this.#overrides, changes)).rules;
      // Routing needs no more of them: addresses are secrets and stay where they are.
      const targets = inForce.targets().map(({ name, minSeverity, purpose }) => {
        return { name, minSeverity, purpose };
      });
      const preview = await store.previewAlerts({
        ...{ present: this.rulesOver(fileRules), wanted, targets },
        nowMs: inForce.nowMs() ?? runtime.nowMs(),
        cascade: inForce.cascade?.(),
      });
      const code = String(1_000 + Math.floor(runtime.random() * 9_000));
      const untilMs = runtime.monotonicMs() + CONFIRM_MS_MAX;
      this.#keep(who.by, { code, wish, changes, untilMs });
      return { code, validMs: CONFIRM_MS_MAX, changes, preview };
    } finally {
      this.#isPreviewing = false;
    }
  }

  async confirm(code: string, who: Who): Promise<ThresholdOutcome> {
    const { runtime, log } = this.#options;
    const inForce = this.#ready();
    const pending = this.#pending.get(who.by);
    if (pending?.code !== code || runtime.monotonicMs() > pending.untilMs) {
      const why = "none of yours of the last 10 min has it";
      throw new LiqError("LIQ_COMMAND", `No change waits under the code ${code}: ${why}`);
    }
    this.#pending.delete(who.by);
    const applying = inForce.alone(() => this.#apply(pending, who, inForce));
    let cancel = () => {};
    const late = new Promise<null>((resolve) => {
      cancel = runtime.after(ANSWER_MS_MAX, () => resolve(null));
    });
    const changes = await Promise.race([applying, late]).finally(() => cancel());
    if (changes !== null) return { changes, isInForce: true };
    applying.catch((thrown: unknown) => {
      log.error({ reason: messageOf(thrown), by: who.by }, "Thresholds could not be changed");
    });
    return { changes: pending.changes, isInForce: false };
  }

  log(limit: number): Promise<readonly ThresholdChange[]> {
    return this.#options.store.thresholdChanges(limit);
  }

  #ready(): RulesInForce {
    if (this.#inForce !== null) return this.#inForce;
    throw new LiqError("LIQ_STORE", "Thresholds cannot be changed before the start");
  }

  #keep(by: string, pending: Pending): void {
    this.#pending.delete(by);
    this.#pending.set(by, pending);
    const oldest = this.#pending.keys().next().value;
    if (this.#pending.size > PENDING_MAX && oldest !== undefined) this.#pending.delete(oldest);
  }

  /** Stored first, then in force; what cannot be put into force is taken back. */
  async #apply(
    { wish, changes: shown }: Pending,
    who: Who,
    inForce: RulesInForce,
  ): Promise<readonly ThresholdChange[]> {
    const drafts = draftsOf(wish, inForce.fileRules(), this.#overrides);
    if (!isSameChange(drafts, shown)) {
      throw new LiqError("LIQ_COMMAND", "The rules have changed since that preview; ask again");
    }
    const changes = this.#signed(drafts, who);
    await this.#options.store.writeThresholdChanges(changes);
    const former = this.#overrides;
    this.#overrides = withChanges(former, changes);
    try {
      await inForce.changeRules(inForce.fileRules());
    } catch (thrown) {
      this.#overrides = former;
      await this.#undo(changes, former, who);
      throw thrown;
    }
    for (const change of changes) this.#tell(change);
    return changes;
  }

  async #undo(
    changes: readonly ThresholdChange[],
    former: readonly ThresholdChange[],
    who: Who,
  ): Promise<void> {
    const drafts = changes.map(({ rule, metric, before: after, after: before }) => {
      const override = former.find((one) => one.rule === rule)?.override ?? {};
      return { action: "undone", rule, metric, before, after, override } as const;
    });
    await this.#write(
      this.#signed(drafts, who),
      "Thresholds that are not in force stay stored; the next start will take them",
    );
  }

  async #write(changes: readonly ThresholdChange[], onFailure: string): Promise<void> {
    const { store, log } = this.#options;
    await store.writeThresholdChanges(changes).catch((thrown: unknown) => {
      log.error({ rules: changes.map(({ rule }) => rule), reason: messageOf(thrown) }, onFailure);
    });
  }

  #tell({ rule, action, before, after, who }: ThresholdChange): void {
    const { by, name } = who;
    this.#options.log.info({ rule, action, before, after, by, name }, "Thresholds changed");
  }

  /** No two at one moment: the log's rows are told apart by it. */
  #signed(drafts: readonly ThresholdDraft[], who: Who): readonly ThresholdChange[] {
    this.#lastAtMs = Math.max(this.#lastAtMs + 1, this.#options.runtime.nowMs());
    return drafts.map((draft) => ({ ...draft, atMs: this.#lastAtMs, who }));
  }
}
