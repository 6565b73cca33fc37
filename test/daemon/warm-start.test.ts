/** A stop or a crash in the middle of an incident: it goes on as if nothing had been. */
import { afterAll, describe, test } from "vitest";
import { until } from "../real/run-folder.ts";
import { type DaemonProcess, killLeftovers, startDaemon } from "./daemon-process.ts";
import { openWorld, untilListening, type World } from "./loopback-world.ts";
import { readEmbedded } from "./stored.ts";

const LOW_USD = 1_000_000;
/** Such alerts do not wait for what follows; two of them are CRITICAL. */
const HIGH_USD = 4 * LOW_USD;
/** From a venue's acknowledgement until the daemon has read it, at most. */
const HEARD_MS_MAX = 1_000;
/** The venue's contracts: SOL, and three of BTC. */
const TOPICS = 4;

afterAll(killLeftovers);

async function openQuietWorld(): Promise<World> {
  const resolve = { for: "2s", reopenWithin: "0s" };
  const rule = { window: "30s", low: LOW_USD, resolve };
  const world = await openWorld({ assets: ["SOL"], targets: 1, rule });
  // Here nothing comes twice: what is counted after the restart was remembered.
  world.venue.replayOnSubscribe([]);
  return world;
}

async function listening(world: World): Promise<DaemonProcess> {
  const daemon = startDaemon(["--config", world.configFile]);
  await daemon.ready();
  await untilListening(world, TOPICS);
  return daemon;
}

interface Shown {
  readonly totals: Readonly<Record<string, unknown>>;
}

/** The figures on the page, and since when it watches. */
async function shownBy(daemon: DaemonProcess): Promise<Shown> {
  const answer = await daemon.ask("/v1/state");
  return JSON.parse(answer?.text ?? "null");
}

describe.concurrent("a daemon that comes back", () => {
  test.for([
    { how: "SIGTERM", end: (daemon: DaemonProcess) => daemon.stop() },
    { how: "kill -9", end: (daemon: DaemonProcess) => daemon.kill() },
  ])(
    "after $how goes on with the open incident and repeats nothing",
    {
      timeout: 150_000,
    },
    async ({ end }, { expect }) => {
      const world = await openQuietWorld();
      const first = await listening(world);
      world.liquidate("BTC", 1_234.5);
      world.liquidate("SOL", HIGH_USD);
      await first.recorded(1);
      const before = await shownBy(first);
      expect(before.totals).toMatchObject({ hour24: { orders: 2, totalUsd: 4_001_234.5 } });
      const { watchedSince } = before.totals;
      expect(Date.parse(String(watchedSince))).toBeLessThanOrEqual(Date.now());
      await end(first);
      const endedMs = Date.now();

      const second = await listening(world);
      const listeningMs = Date.now();
      const after = await shownBy(second);
      expect(after.totals).toEqual(before.totals);
      world.liquidate("SOL", HIGH_USD);
      await until(() => world.toldTo(1).length === 3, "the summary", 60_000);
      expect((await second.stop()).code).toBe(0);
      expect(world.toldTo(1)).toEqual(["A-1.1", "A-1.2", "A-1.summary"]);

      await readEmbedded(world.dataDir, async (select) => {
        const log = await select("select decision from liqwatch.liquidation_alerts order by at_ms");
        const decisions = log.map(({ decision }) => decision);
        expect(decisions).toEqual(["opened", "escalated", "resolved"]);
        const gaps = await select(
          `select connection, from_ms, to_ms from liqwatch.gaps
           where venue = 'bybit' and from_ms <= ${endedMs} and to_ms >= ${endedMs}`,
        );
        // The venue acknowledges before we hear of it.
        const ends = gaps.map(({ to_ms }) => Number(to_ms) - listeningMs);
        expect(ends.length).toBeGreaterThanOrEqual(1);
        expect(Math.max(...ends)).toBeLessThan(HEARD_MS_MAX);
      });
      await world.close();
    },
  );
});
