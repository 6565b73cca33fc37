/** What is for the operator: sees how the daemon is, routes what there is to say, tests targets. */
import type { Settings } from "./config.ts";
import { LiqError } from "./errors.ts";
import type { Feed } from "./feeds/feed.ts";
import type { Venue } from "./feeds/venue.ts";
import { routeNotice } from "./jobs/route.ts";
import { suspectFeed } from "./live/figures.ts";
import type { LiveQueries } from "./live-queries.ts";
import type { Log } from "./log.ts";
import type { TargetTest } from "./notice.ts";
import { OpsDesk } from "./ops/desk.ts";
import { darknessOf, venueSight } from "./ops/sight.ts";
import { noticeTitle } from "./render/notice.ts";
import type { Runtime } from "./runtime.ts";
import type { CoverageBook } from "./severity/coverage-book.ts";
import type { Engine } from "./severity/engine.ts";
import type { StoreThread } from "./store/thread.ts";
import { targetNamed, testMessage } from "./test-message.ts";

export interface OperatorOptions {
  readonly feeds: ReadonlyMap<Venue, Feed>;
  readonly queries: LiveQueries;
  readonly engine: Pick<Engine, "sides">;
  readonly coverage: CoverageBook;
  readonly thread: Pick<StoreThread, "store">;
  /** What is in force. */
  readonly settings: () => Settings;
  /** When this daemon went on where another one ended; null = it did not. */
  readonly tookOverAtMs: number | null;
  readonly runtime: Runtime;
  readonly log: Log;
}

/** To be opened when the feeds are there. */
export function createOpsDesk(options: OperatorOptions): OpsDesk {
  const { feeds, queries, engine, coverage, thread, settings, tookOverAtMs, runtime, log } =
    options;
  let sinceMs: number | null = null;
  return new OpsDesk({
    ...{ store: thread.store, runtime, log, titleOf: noticeTitle },
    see() {
      const { storeTrouble, parkedTargets } = queries.status();
      const nowMs = runtime.nowMs();
      sinceMs ??= nowMs;
      const titles = new Map([...feeds.keys()].map(({ id, title }) => [id, title]));
      return {
        darkness: darknessOf(coverage, { sinceMs, nowMs, titles }),
        venues: [...feeds].map(([venue, feed]) => {
          const suspect = suspectFeed(engine.sides, venue.id);
          return venueSight(venue.title, feed.status(), suspect);
        }),
        clock: queries.clock,
        databaseTrouble: storeTrouble,
        targets: settings().targets.map(({ name }) => name),
        parked: parkedTargets,
        tookOverAtMs,
      };
    },
    route: (notice) => routeNotice(notice, settings().targets),
  });
}

/** Sends TEST messages with the settings in force, as the daemon that decides. */
export function targetTester({
  queries,
  thread,
  runtime,
  settings,
}: {
  readonly queries: Pick<LiveQueries, "role">;
  readonly thread: Pick<StoreThread, "testTarget">;
  readonly runtime: Pick<Runtime, "nowMs">;
  readonly settings: () => Promise<Settings>;
}): (target: string) => Promise<TargetTest> {
  return async (name) => {
    if (queries.role !== "deciding") {
      throw new LiqError("LIQ_STORE", "Targets are tested by the daemon that decides");
    }
    const target = targetNamed((await settings()).targets, name);
    return thread.testTarget(name, testMessage(target, runtime.nowMs()));
  };
}
