/** A small daemon's answers, made to be asserted: round figures, one feed in each condition. */

import type { HeldBack } from "../../src/alert.ts";
import { PromMetrics } from "../../src/api/metrics.ts";
import type { ApiOptions } from "../../src/api/server.ts";
import { LiqError } from "../../src/errors.ts";
import type { Inboxes } from "../../src/inboxes.ts";
import { SILENT_LOG } from "../../src/log.ts";
import type { Mute, MuteSubject } from "../../src/mute.ts";
import type { ParkedTarget, TargetTest } from "../../src/notice.ts";
import type { Controls, DaemonRole, Queries, Totals } from "../../src/queries.ts";
import { nodeRuntime } from "../../src/runtime-node.ts";
import { NO_PREVIEW, thresholdScene } from "../commands/threshold-samples.ts";
import { SampleCharts, TINY_PNG } from "../pictures/sample-charts.ts";
import { COVERAGE, NOW_MS, sampleAnswers, sampleRow } from "./answers.ts";

export { NOW_MS };

/** Nothing can be changed; what was asked for is kept. */
export class SampleControls implements Controls {
  readonly muted: Mute[] = [];
  readonly ended: (string | null)[] = [];
  readonly thresholds = thresholdScene({ rules: [], preview: NO_PREVIEW }).thresholds;
  readonly tested: string[] = [];

  async mute(mute: Mute): Promise<void> {
    this.muted.push(mute);
  }

  async unmute({ asset }: MuteSubject): Promise<boolean> {
    this.ended.push(asset);
    return true;
  }

  async testAlert(target: string, by: string): Promise<TargetTest> {
    if (target !== "discord") {
      throw new LiqError("LIQ_COMMAND", `Unknown target ${target}, expected one of discord`);
    }
    this.tested.push(by);
    return { target, remoteId: "77", refusal: null, latencyMs: 12, isRearmed: true, resent: 3 };
  }
}

/** What a server needs besides, without an admin. */
export function sampleApi(over: Partial<ApiOptions> = {}): ApiOptions {
  return {
    queries: sampleQueries(),
    controls: new SampleControls(),
    adminToken: null,
    charts: new SampleCharts(),
    metrics: new PromMetrics({ hasProcess: false }),
    inboxes: null,
    runtime: nodeRuntime,
    log: SILENT_LOG,
    ...over,
  };
}

const totals = (totalCents: number): Totals => ({
  orders: 3,
  totalCents,
  longCents: totalCents - 61_000_05,
  shortCents: 61_000_05,
});

export interface SampleOptions {
  readonly role?: DaemonRole;
  readonly storeTrouble?: string | null;
  /** True when no venue is subscribed. */
  readonly isBlind?: boolean;
  /** True when what one venue sends is not understood. */
  readonly isUnreadable?: boolean;
  /** True when the sides of one venue seem exchanged. */
  readonly isSuspect?: boolean;
  readonly parkedTargets?: readonly ParkedTarget[];
  /** Read again at every question, so that a test can change it. */
  readonly dayCents?: () => number;
}

export function sampleQueries({
  role = "deciding",
  storeTrouble = null,
  isBlind = false,
  isUnreadable = false,
  isSuspect = false,
  parkedTargets = [],
  dayCents = () => 742_000_10,
}: SampleOptions = {}): Queries {
  const feed = {
    sinceMs: NOW_MS - 60_000,
    reason: null,
    lastRowAtMs: NOW_MS - 4_000,
    lagMs: 400,
    rows: 12,
    dayCents: 112_500_00,
    shows: "all",
    reconnects: 0,
    degraded: null,
    unsteady: null,
  };
  const sinceMs = NOW_MS - 30_000;
  const degraded = isUnreadable ? { sinceMs, frames: 31, detail: "shape: topic is 7" } : null;
  const down = { condition: "down" as const, reason: "closed by the venue", reconnects: 1 };
  return {
    overrides: () => [],
    label: "SIMULATION",
    status: () => ({
      role,
      startedAtMs: NOW_MS - 65_000,
      engineNowMs: NOW_MS,
      store: "embedded",
      durability: "Survives a crash of the process, not a loss of power",
      storeTrouble,
      clockWarning: null,
      parkedTargets,
    }),
    ...sampleAnswers(() => totals(dayCents())),
    feeds: () => [
      {
        ...feed,
        venue: "bybit",
        title: "Bybit",
        condition: isBlind ? "down" : "subscribed",
        degraded,
        suspect: isSuspect ? { sinceMs, detail: "only 3 of its last 50 rows fit" } : null,
      },
      {
        ...feed,
        venue: "okx",
        title: "OKX",
        ...down,
        lastRowAtMs: null,
        lagMs: null,
        suspect: null,
      },
    ],
    dayTotals: () => ({
      hour1: totals(dayCents()),
      hour4: totals(dayCents()),
      hour12: totals(dayCents()),
      hour24: totals(dayCents()),
      byAsset: Array.from({ length: 30 }, (_, index) => ({
        name: `A${index}`,
        ...totals(dayCents()),
      })),
      byVenue: [{ name: "bybit", ...totals(dayCents()) }],
      watchedSinceMs: null,
    }),
    recentLiquidations: (limit) => Array.from({ length: limit }, (_, index) => sampleRow(index)),
    incidents: () => [
      {
        incidentId: "incident-1",
        number: "A-4",
        rule: "majors",
        scopeKey: "BTC",
        windowMs: 10_000,
        severity: "HIGH",
        value: 7_420_000.1,
        metric: "notionalUsd",
        longCents: 681_000_05,
        shortCents: 61_000_05,
        startedAtMs: NOW_MS - 20_000,
        calmedAtMs: null,
        coverage: COVERAGE,
      },
    ],
    heldBack: (limit) => HELD.slice(0, limit),
    summary: () => ({
      frames: 5,
      liquidations: 4,
      duplicates: 3,
      quarantined: 2,
      rejected: 1,
      alerts: { opened: 1, escalated: 0, reopened: 0, suppressed: 0, resolved: 0 },
      deliveries: { delivered: 2, edited: 0, retried: 0, parked: 0, pending: 1, byNotifier: {} },
      errors: 0,
    }),
  };
}

const HELD: readonly HeldBack[] = [
  {
    ...{ rule: "majors", scopeKey: "ETH", metric: "notionalUsd", windowMs: 300_000 },
    ...{ severity: "HIGH", value: 21_000_000.5, reason: "mute", count: 3 },
    sinceMs: NOW_MS - 90_000,
  },
];

export const SAMPLE_INBOXES: Inboxes = {
  say() {},
  discord: () => [
    {
      id: "d1",
      atMs: NOW_MS,
      editedAtMs: null,
      username: null,
      content: "",
      embeds: [
        {
          title: "SIMULATION BTC longs liquidated",
          description: "Forced selling",
          color: 0x80848e,
          fields: [{ name: "Longs", value: "$6.81M", isInline: true }],
          footer: "#A-4",
          timestampMs: NOW_MS,
        },
      ],
      picture: null,
      isSilent: false,
    },
  ],
  telegram: () => [
    {
      ...{ id: "-100/1", atMs: NOW_MS, editedAtMs: NOW_MS + 1_000, html: "<b>BTC</b>" },
      ...{ picture: { alt: "A chart", width: 1, height: 1 }, isSilent: true },
    },
  ],
  picture: (service, id) => (service === "telegram" && id === "-100/1" ? TINY_PNG : null),
};
