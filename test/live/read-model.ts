/** The read model over a real engine and the feeds' own status, for the suites of its parts. */
import type { FeedStatus } from "../../src/feeds/feed-status.ts";
import { VENUES } from "../../src/feeds/index.ts";
import type { Liquidation, VenueId } from "../../src/liquidation.ts";
import type { LiveQueriesOptions } from "../../src/live/live-figures.ts";
import type { Questions } from "../../src/live/stored-lists.ts";
import { LiveQueries } from "../../src/live-queries.ts";
import { Engine, type EngineInput } from "../../src/severity/engine.ts";
import { MuteBook } from "../../src/severity/mutes.ts";
import { bookOf } from "../severity/coverage-samples.ts";
import { ruleOf, T0 } from "../severity/samples.ts";

const HOUR_MS = 3_600_000;
const _DAY_MS = 24 * HOUR_MS;

export function statusOf(venue: VenueId, over: Partial<FeedStatus> = {}): FeedStatus {
  return {
    venue,
    ...{ state: "subscribed", sinceMs: T0, wasSubscribed: true, reconnects: 0 },
    ...{ degraded: null, unsteady: null },
    ...{ refusedTopics: [], disabledReason: null, connections: [] },
    ...{ frames: 0, rows: 0, rejects: {}, lastByteMs: null, lastPongMs: null, lastRowMs: null },
    ...over,
  };
}

export function scene() {
  const engine = new Engine({ rules: [ruleOf()] });
  const statuses = new Map<VenueId, FeedStatus>([
    ["binance", statusOf("binance")],
    ["bybit", statusOf("bybit")],
  ]);
  const coverage = bookOf(["binance", "bybit"], { sinceMs: T0, gaps: [] });
  // Lists of the store have suites of their own.
  const questions: Questions = JSON.parse("{}");
  const options: LiveQueriesOptions = {
    contextSources: () => [],
    cascadeProfile: "relative",
    overrides: () => [],
    ...{ label: null, engine, mutes: new MuteBook(), coverage, questions, store: "embedded" },
    ...{ venues: ["binance", "bybit"], samples: ["bybit"] },
    ...{ startedAtMs: T0, errors: () => 2, listedAssets: () => ["BTC", "SOL", "BTC"] },
    feeds: () =>
      VENUES.flatMap((venue) => {
        const status = statuses.get(venue.id);
        return status === undefined ? [] : [{ venue, status }];
      }),
  };
  const queries = new LiveQueries(options);
  const take = (input: EngineInput) => {
    const { accepted, decisions } = engine.step(input);
    queries.onStep(input, accepted, decisions);
  };
  const rows = (...taken: readonly Liquidation[]) => {
    const receivedAtMs = Math.max(...taken.map((row) => row.receivedAtMs));
    take({ type: "rows", receivedAtMs, rows: taken });
  };
  return { engine, statuses, queries, coverage, take, rows };
}
