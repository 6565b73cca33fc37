/** Thresholds that can be changed without a database: the real controls over lists in memory. */
import { LiveThresholds } from "../../src/live-thresholds.ts";
import { type Log, SILENT_LOG } from "../../src/log.ts";
import type { Rule } from "../../src/rule.ts";
import type { Runtime } from "../../src/runtime.ts";
import { nodeRuntime } from "../../src/runtime-node.ts";
import type { AlertCounts, ThresholdChange, ThresholdPreview } from "../../src/thresholds.ts";

/** Of an empty store. */
export const NO_PREVIEW: ThresholdPreview = {
  ...{ sinceMs: 0, rows: 0, isCut: false },
  present: { byRule: {}, byTarget: {} },
  wanted: { byRule: {}, byTarget: {} },
};

/** The store's part in memory. */
export class MemoryThresholds {
  readonly changes: ThresholdChange[] = [];
  preview: ThresholdPreview;

  constructor(preview: ThresholdPreview) {
    this.preview = preview;
  }

  async thresholdOverrides(): Promise<readonly ThresholdChange[]> {
    const newest = new Map(this.changes.map((change) => [change.rule, change]));
    return [...newest.values()].filter(({ override }) => Object.keys(override).length > 0);
  }

  async writeThresholdChanges(changes: readonly ThresholdChange[]): Promise<void> {
    this.changes.push(...changes);
  }

  async thresholdChanges(limit: number): Promise<readonly ThresholdChange[]> {
    return this.changes.toReversed().slice(0, limit);
  }

  async previewAlerts(): Promise<ThresholdPreview> {
    return this.preview;
  }
}

export function counts(opened: readonly number[], escalated: readonly number[]): AlertCounts {
  const bySeverity = ([LOW = 0, MEDIUM = 0, HIGH = 0, CRITICAL = 0]: readonly number[]) => {
    return { LOW, MEDIUM, HIGH, CRITICAL };
  };
  return { opened: bySeverity(opened), escalated: bySeverity(escalated) };
}

export interface ThresholdScene {
  readonly thresholds: LiveThresholds;
  readonly store: MemoryThresholds;
  /** The file says something else from now on, as after a reload. */
  reload(rules: readonly Rule[]): void;
  /** What the engine would have. */
  rules(): readonly Rule[];
}

export interface SceneOptions {
  readonly rules: readonly Rule[];
  readonly preview: ThresholdPreview;
  readonly runtime?: Pick<Runtime, "nowMs" | "monotonicMs" | "random" | "after">;
  readonly log?: Log;
  /** In place of the engine's change of rules. */
  readonly changeRules?: () => Promise<void>;
}

/** Every code is 4242. */
export function thresholdScene(options: SceneOptions): ThresholdScene {
  let fileRules = options.rules;
  const store = new MemoryThresholds(options.preview);
  const runtime = options.runtime ?? { ...nodeRuntime, random: () => 0.3603 };
  const thresholds = new LiveThresholds({ store, runtime, log: options.log ?? SILENT_LOG });
  thresholds.begin({
    fileRules: () => fileRules,
    targets: () => [{ name: "discord", purpose: "alerts", minSeverity: "LOW" }],
    nowMs: () => null,
    alone: (change) => change(),
    changeRules: options.changeRules ?? (async () => {}),
  });
  return {
    ...{ thresholds, store },
    rules: () => thresholds.rulesOver(fileRules),
    reload: (rules) => {
      fileRules = rules;
      void thresholds.onRules(rules);
    },
  };
}
