/**
 * What other thresholds would have told: the stored rows of the last 24 h through two engines, the
 * same fold as live and `replay`, row by row. Mutes and holds are not looked at.
 */
import type { BlockMoney, Decision } from "./alert.ts";
import { CASCADE_LIMITS } from "./cascade.ts";
import type { Rule, Severity } from "./rule.ts";
import type { Runtime } from "./runtime.ts";
import { Engine, type EngineOptions } from "./severity/engine.ts";
import { SEEN_MS } from "./severity/seen-set.ts";
import { WATCH_MS_MAX } from "./severity/watch-times.ts";
import type {
  BlockMoneyQuery,
  NewestRows,
  PreviewQuery,
  StoredLiquidation,
} from "./store/store.ts";
import { longestReopening, NewMessages } from "./stories/new-messages.ts";
import type { AlertCounts, RulesTold, ThresholdPreview } from "./thresholds.ts";
import { BLOCK_MS } from "./windows/watched-blocks.ts";

const DAY_MS = 86_400_000;
/** Rows from before the 24 h that fill windows and incidents reach back no further than this. */
const LEAD_MS_MAX = DAY_MS;
/** More rows would take longer than anybody waits for an answer: some 30 us each, mostly reading. */
const ROWS_MAX = 250_000;

export interface PreviewSource {
  /** The newest `rowsMax` rows from `sinceMs` on, in order of arrival. */
  rows(sinceMs: number, rowsMax: number): Promise<NewestRows>;
  /** Money by 5 min window of what came before these rows. */
  blocks(query: BlockMoneyQuery): Promise<readonly BlockMoney[]>;
  /** Names of the targets that a decision of this rule goes to. */
  readonly route: (decision: Decision, rule: Rule) => readonly string[];
  readonly runtime: Pick<Runtime, "sleep">;
}

/** Lets other work of the thread through after every chunk. */
export async function previewAlerts(
  { rows, blocks, route, runtime }: PreviewSource,
  { present, wanted, nowMs, cascade = CASCADE_LIMITS }: PreviewQuery,
): Promise<ThresholdPreview> {
  const dayAgoMs = nowMs - DAY_MS;
  const startMs = dayAgoMs - leadMs([...present, ...wanted]);
  const sets = [present, wanted].map((rules) => new Telling({ rules, cascade }, route));
  if ([...present, ...wanted].some(({ metric }) => metric === "timesNormal")) {
    const reach = { fromMs: startMs - WATCH_MS_MAX, toMs: startMs, lagMsMax: SEEN_MS };
    const known = await blocks(reach);
    for (const set of sets) set.recall(known, startMs);
  }
  const { chunks, isCut } = await rows(startMs, ROWS_MAX);
  let firstMs: number | null = null;
  let count = 0;
  for await (const chunk of chunks) {
    firstMs ??= chunk[0]?.row.receivedAtMs ?? null;
    count += chunk.length;
    for (const set of sets) for (const { row } of chunk) set.take(row, dayAgoMs);
    await runtime.sleep(0);
  }
  const [before, after] = sets.map((set) => set.told(nowMs, dayAgoMs));
  const nothing: RulesTold = { byRule: {}, byTarget: {} };
  return {
    sinceMs: Math.max(dayAgoMs, firstMs ?? dayAgoMs),
    rows: count,
    isCut,
    present: before ?? nothing,
    wanted: after ?? nothing,
  };
}

/** How long before a moment something can have happened that its decisions depend on. */
function leadMs(rules: readonly Rule[]): number {
  const leads = rules.map(({ windowMs, cooldownMs, resolve }) => {
    return windowMs + cooldownMs + resolve.forMs + resolve.reopenWithinMs;
  });
  return Math.min(LEAD_MS_MAX, Math.max(0, ...leads));
}

/** One set of rules, and what it told. */
class Telling {
  readonly #engine: Engine;
  readonly #messages: NewMessages;
  readonly #byName: ReadonlyMap<string, { readonly rule: Rule; readonly counts: Counts }>;
  readonly #byTarget = new Map<string, number>();

  constructor({ rules, cascade }: EngineOptions, route: PreviewSource["route"]) {
    this.#engine = new Engine({ rules, cascade });
    this.#messages = new NewMessages({
      route(decision) {
        const rule = rules.find(({ name }) => name === decision.rule);
        return rule === undefined ? [] : route(decision, rule);
      },
      ruleIndex: (rule) => rules.findIndex(({ name }) => name === rule),
      reopenWithinMs: () => longestReopening(rules),
    });
    this.#byName = new Map(rules.map((rule) => [rule.name, { rule, counts: noCounts() }]));
  }

  /** What was usual before the rows: watched all along from the first of it on, for want of better. */
  recall(blocks: readonly BlockMoney[], nowMs: number): void {
    const first = Math.min(...blocks.map((one) => one.blocks[0] ?? Number.POSITIVE_INFINITY));
    const watchedPart = (_fromMs: number, toMs: number) => (toMs >= first * BLOCK_MS ? 1 : 0);
    this.#engine.normal.recall({ blocks, nowMs, watchedPart });
  }

  take(row: StoredLiquidation["row"], sinceMs: number): void {
    const { receivedAtMs } = row;
    this.#note(this.#engine.step({ type: "rows", receivedAtMs, rows: [row] }).decisions, sinceMs);
  }

  told(nowMs: number, sinceMs: number): RulesTold {
    this.#note(this.#engine.step({ type: "clock", nowMs }).decisions, sinceMs);
    return {
      byRule: Object.fromEntries([...this.#byName].map(([name, { counts }]) => [name, counts])),
      byTarget: Object.fromEntries(this.#byTarget),
    };
  }

  #note(decisions: readonly Decision[], sinceMs: number): void {
    for (const decision of decisions) {
      // Summaries make no sound and follow from what they sum up.
      const sent = this.#messages.after(decision).filter(({ kind }) => kind === "alert");
      for (const { target } of decision.atMs <= sinceMs ? [] : sent) {
        this.#byTarget.set(target, (this.#byTarget.get(target) ?? 0) + 1);
      }
      const kind = KINDS[decision.decision];
      const known = this.#byName.get(decision.rule);
      if (kind === null || known === undefined || decision.atMs <= sinceMs) continue;
      known.counts[kind][decision.severity] += 1;
    }
  }
}

const KINDS: Readonly<Record<Decision["decision"], keyof AlertCounts | null>> = {
  opened: "opened",
  reopened: "opened",
  escalated: "escalated",
  resolved: null,
  suppressed: null,
};

type Counts = { readonly [Kind in keyof AlertCounts]: Record<Severity, number> };

function noCounts(): Counts {
  const none = () => ({ LOW: 0, MEDIUM: 0, HIGH: 0, CRITICAL: 0 }) satisfies Record<Severity, 0>;
  return { opened: none(), escalated: none() };
}
