/**
 * Thresholds that admins change from a chat: what is asked, what would follow, what holds over the
 * file. Types only. Figures are USD (USD per second, a count of orders) as in a rule, never cents.
 */
import type { Metric, Rule, Severity } from "./rule.ts";

export type Thresholds = Rule["thresholds"];
export type Level = keyof Thresholds;
/** In rising order. */
export const LEVELS = ["low", "medium", "high", "critical"] as const satisfies readonly Level[];

/** Some of the four; what is not there stays as it is. */
export type SomeThresholds = Readonly<Partial<Thresholds>>;

/** Who asks. */
export interface Who {
  /** `telegram:4711`, `discord:8150`: for the log. */
  readonly by: string;
  /** As the service calls that person; null = it does not say. */
  readonly name: string | null;
}

export type ThresholdWish =
  | { readonly type: "set"; readonly rule: string; readonly levels: SomeThresholds }
  /** Back to the file's values; null = every rule. */
  | { readonly type: "revert"; readonly rule: string | null };

/** `retired` = the file measures something else now; `undone` = it could not be put into force. */
export const THRESHOLD_ACTIONS = ["set", "reverted", "retired", "undone"] as const;
export type ThresholdAction = (typeof THRESHOLD_ACTIONS)[number];

/** One line of the log of changes. */
export interface ThresholdChange {
  /** Wall clock, ms since 1970. */
  readonly atMs: number;
  readonly who: Who;
  readonly action: ThresholdAction;
  readonly rule: string;
  /** What the figures measure; those of another metric mean nothing. */
  readonly metric: Metric;
  /** The four in force before and after. */
  readonly before: Thresholds;
  readonly after: Thresholds;
  /** What holds over the file from then on; empty = nothing does. */
  readonly override: SomeThresholds;
}

/** What holds over the file for one rule, or would. */
export interface OverrideState {
  readonly change: ThresholdChange;
  /** What the file says; null = it has no such rule. */
  readonly file: Thresholds | null;
  /** Why the file's values hold all the same; null = the override is in force. */
  readonly ignoredReason: string | null;
}

/** Openings and escalations of one rule by severity; a reopening that is told counts as opened. */
export interface AlertCounts {
  readonly opened: Readonly<Record<Severity, number>>;
  readonly escalated: Readonly<Record<Severity, number>>;
}

/** What some rules would have told. */
export interface RulesTold {
  readonly byRule: Readonly<Record<string, AlertCounts>>;
  /** Messages by target, of all rules; endings are not counted. */
  readonly byTarget: Readonly<Record<string, number>>;
}

export interface ThresholdPreview {
  /** From here on is counted: 24 h ago, or later when fewer rows are there or may be looked at. */
  readonly sinceMs: number;
  /** Rows that went through both sets of rules, those before `sinceMs` included. */
  readonly rows: number;
  /** True when older rows of the 24 h were left out, because there are too many. */
  readonly isCut: boolean;
  readonly present: RulesTold;
  readonly wanted: RulesTold;
}

/** What a wish would change, waiting for its confirmation. */
export interface ThresholdProposal {
  readonly code: string;
  readonly validMs: number;
  readonly changes: readonly ThresholdChange[];
  readonly preview: ThresholdPreview;
}

export interface ThresholdOutcome {
  readonly changes: readonly ThresholdChange[];
  /** False while the stored rows are still being read back under the new rules. */
  readonly isInForce: boolean;
}

/** Refusals are LiqError LIQ_COMMAND, with the words that a wrong file is answered with. */
export interface ThresholdControls {
  /** Checks a wish and computes what it would have told; changes nothing. */
  propose(wish: ThresholdWish, who: Who): Promise<ThresholdProposal>;
  /** Stores and applies what the same person was shown under this code. */
  confirm(code: string, who: Who): Promise<ThresholdOutcome>;
  /** Newest first. */
  log(limit: number): Promise<readonly ThresholdChange[]>;
}
