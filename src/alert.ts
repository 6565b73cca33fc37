/** The domain words of what goes out: snapshots, decisions, deliveries. Types only. */
import type { Coverage } from "./coverage.ts";
import type { Liquidation, PositionSide, PriceKind, VenueId } from "./liquidation.ts";
import type { Notice } from "./notice.ts";
import type { Metric, Scope, Severity } from "./rule.ts";
import type { Score } from "./score.ts";
import type { StoryRecord } from "./story.ts";
import type { LargestSince } from "./usual.ts";

export const DECISIONS = ["opened", "escalated", "reopened", "resolved", "suppressed"] as const;
export type DecisionKind = (typeof DECISIONS)[number];

/** What held an alert back, in the order in which the first that applies is named. */
export const HOLD_REASONS = ["mute", "maintenance", "quiet-hours", "inhibited"] as const;
export type HoldReason = (typeof HOLD_REASONS)[number];
export type SuppressionReason = HoldReason | "cooldown";

/** The longest mute: a longer silence is a change of the rules. */
export const MUTE_MS_MAX = 30 * 86_400_000;

/** The largest single row of a window. */
export interface LargestRow {
  readonly venue: VenueId;
  readonly asset: string | null;
  readonly positionSide: PositionSide;
  readonly notionalCents: number;
  readonly price: number | null;
  readonly priceKind: PriceKind | null;
  /** The row's window time, ms. */
  readonly atMs: number;
}

/** A share of a window: one venue's or one asset's money. */
export interface Part<Name extends string = string> {
  readonly name: Name;
  readonly notionalCents: number;
  readonly orders: number;
}

/** What a window (or a whole incident) held at one moment. Money in integer cents. */
export interface Snapshot {
  readonly orders: number;
  readonly rows: number;
  readonly longCents: number;
  readonly shortCents: number;
  /** 0 in an empty window, null for windows that are exact to the second. */
  readonly largestCents: number | null;
  readonly largest: LargestRow | null;
  /** sum(notional) / sum(size) of rows with notional, price and size; null in the market series. */
  readonly liqVwap: number | null;
  /** Percent, of a venue's mark price where one is known, else between liquidations (SPEC 3). */
  readonly priceChangePct: number | null;
  /** First and last price behind `priceChangePct`, quote per base unit. */
  readonly priceFirst: number | null;
  readonly priceLast: number | null;
  /** Names where `priceChangePct` comes from: `mark:bybit`, `liquidations:bybit`. */
  readonly priceSource: string | null;
  /** Descending by money, ties by name; empty for windows that are exact to the second. */
  readonly byVenue: readonly Part<VenueId>[];
  readonly byAsset: readonly Part[];
}

/** The pace of the last ten seconds (read two seconds late) of what a decision is about. */
export interface PaceNote {
  readonly usdPerSecond: number;
  /** Above 0 = faster than in the ten seconds before. */
  readonly usdPerSecond2: number;
  /** null = no row in these ten seconds. */
  readonly leadingVenue: VenueId | null;
}

/** Market context as it stood at a decision. */
export interface ContextNote {
  /** The decision's asset; for the market BTC. */
  readonly asset: string;
  /** Over how long open interest changed; 0 where that is unknown. */
  readonly windowMs: number;
  /** How much it changed, percent of the positions before; null = unknown. */
  readonly openInterestPct: number | null;
  /** Weighted by open interest, as a fraction; null = unknown. */
  readonly fundingRate8h: number | null;
}

/** What the figures of a decision could not see at that moment. */
export interface CoverageNote {
  /** Enabled venues that were subscribed. */
  readonly watched: readonly VenueId[];
  /** Enabled venues that were not, and since when (null: never yet). */
  readonly dark: readonly { readonly venue: VenueId; readonly sinceMs: number | null }[];
  /** Venues whose rows came later than their limit; absent when none did. */
  readonly behind?: readonly { readonly venue: VenueId; readonly lagMs: number }[];
  /** How much of the usual volume the window could see; absent where nothing tells it: a replay. */
  readonly figure?: Coverage;
}

/** One scope of which an opening or an escalation was held back. */
export interface FoldedScope {
  readonly rule: string;
  readonly scopeKey: string;
  /** The highest one so far. */
  readonly severity: Severity;
}

/** What an incident of `market-wide` stands for while it is open (SPEC 4). */
export interface MarketFold {
  /** Told incidents of assets that were open when it was told: each points here once and stops. */
  readonly incidentIds: readonly string[];
  /** What it has kept from being told so far, in order of the first time. */
  readonly held: readonly FoldedScope[];
}

/** One row of the alert log, as the engine decides it. */
export interface Decision {
  /** hash(rule, scope key, incident start, decision, atMs), escalations with severity: 16 hex digits. */
  readonly alertId: string;
  readonly decision: DecisionKind;
  readonly rule: string;
  readonly scope: Scope;
  /** `market`, `BTC`, `BTC:long`, `BTC@binance`. */
  readonly scopeKey: string;
  readonly metric: Metric;
  readonly windowMs: number;
  readonly severity: Severity;
  /** The metric's figure: USD for money metrics, else a plain number. */
  readonly value: number;
  readonly atMs: number;
  readonly incidentId: string;
  /** When the incident began, silently or not. */
  readonly incidentStartMs: number;
  /** 1 for the first told decision of the incident, 2 for the next; 0 for suppressed rows. */
  readonly telling: number;
  readonly window: Snapshot;
  /** How fast rows came at that moment; absent on resolved and suppressed rows. */
  readonly pace?: PaceNote;
  /** Absent where nobody tells open interest or funding, and on suppressed rows. */
  readonly context?: ContextNote;
  /** What the value is made of, where it is a score; absent on resolved and suppressed rows. */
  readonly score?: Score;
  /** Absent when no earlier 5 min of the asset are worth naming, or too little is known. */
  readonly largestSince?: LargestSince;
  readonly coverage: CoverageNote;
  /** Only on suppressed rows. */
  readonly suppression: {
    readonly reason: SuppressionReason;
    readonly untilMs: number;
    readonly count: number;
  } | null;
  /** Only on decisions of the rule `market-wide`. */
  readonly fold?: MarketFold;
  /** The incident of `market-wide` that inhibits, or inhibited, what this decision is about. */
  readonly foldedInto?: string;
}

/** A stretch that runs: what a cooldown, a mute or another hold keeps back just now. */
export interface HeldBack {
  readonly rule: string;
  /** `market`, `BTC`, `BTC:long`, `BTC@binance`. */
  readonly scopeKey: string;
  readonly metric: Metric;
  readonly windowMs: number;
  /** The highest held back so far. */
  readonly severity: Severity;
  /** As at the first look that was held back; USD for money metrics, else a plain number. */
  readonly value: number;
  readonly reason: SuppressionReason;
  readonly sinceMs: number;
  /** How often it would have been told. */
  readonly count: number;
}

export const DELIVERY_KINDS = ["alert", "summary", "digest", "overflow", "notice"] as const;
/**
 * `alert` = the message of a story, `summary` = the silent one at its end, `digest` = what had to
 * wait for the service, `overflow` = what was beyond the target's budget.
 */
export type DeliveryKind = (typeof DELIVERY_KINDS)[number];

/** One message that a target should show. The row says which revision it should and does show. */
export interface DeliveryDraft {
  /** `story.target.messageNumber`, filesystem and queue safe. */
  readonly id: string;
  readonly story: string;
  readonly target: string;
  readonly messageNumber: number;
  readonly kind: DeliveryKind;
  /** Opened, escalated, reopened and resolved alerts that the message tells. */
  readonly alertIds: readonly string[];
  readonly atMs: number;
  /** The highest told; what the operator is told comes before all alerts. */
  readonly severity: Severity;
  /** While nobody has seen it, it waits until then for what follows. */
  readonly dueAtMs: number;
  /** No part of the target's message budget. */
  readonly isExempt: boolean;
  /** The end of an incident: told where the message is, never a message by itself. */
  readonly isEnd?: boolean;
  /** What the operator is told: such a message tells no alerts, others have none. */
  readonly notice?: Notice | null;
}

/** `merged` = told by another message that lists it: a digest, or the story's next one. */
export const DELIVERY_STATES = ["pending", "delivered", "parked", "merged"] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];

/** Messages of one target in one state. */
export interface DeliveryCount {
  readonly target: string;
  readonly state: DeliveryState;
  readonly count: number;
}

/** Mutable state of one (rule, scope key), plain data: what a restart must not forget. */
export interface ScopeRecord {
  readonly rule: string;
  readonly scopeKey: string;
  /** null = forget it. */
  readonly state: Readonly<Record<string, unknown>> | null;
}

/** One stretch in which a venue was not watched; `toMs` null while it lasts. */
export interface Gap {
  readonly venue: VenueId;
  readonly connection: string;
  readonly fromMs: number;
  readonly toMs: number | null;
  readonly reason: string;
}

/** What a store remembers of the watching. */
export interface WatchHistory {
  /** When each venue's first gap began: it is watched from then on, except in its gaps. */
  readonly first: readonly { readonly venue: VenueId; readonly atMs: number }[];
  readonly gaps: readonly Gap[];
}

/** Stored money of a stretch of time; `asset` null = all assets. */
export interface UsualMoney {
  readonly asset: string | null;
  readonly venue: VenueId;
  readonly cents: number;
  readonly orders: number;
}

/** Money of one asset by 5 min window; windows are numbered as windows/watched-blocks.ts does. */
export interface BlockMoney {
  readonly asset: string;
  /** Ascending; those that hold a row. */
  readonly blocks: readonly number[];
  readonly cents: readonly number[];
}

/** Everything that one transaction makes true. */
export interface CommitBatch {
  /** Rows in order of arrival; `countsOrder` = first accepted row of its order. */
  readonly liquidations: readonly { readonly row: Liquidation; readonly countsOrder: boolean }[];
  readonly decisions: readonly Decision[];
  readonly deliveries: readonly DeliveryDraft[];
  /** Stories that changed, as they are now. */
  readonly stories: readonly StoryRecord[];
  readonly scopes: readonly ScopeRecord[];
  readonly gaps: readonly Gap[];
  /** Verdicts on the sides of venues, as plain data; absent = as they were. */
  readonly verdicts?: object;
  /** The engine's clock after the last input of this batch. */
  readonly engineNowMs: number;
}
