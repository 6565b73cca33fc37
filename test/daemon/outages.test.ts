/** Postgres or Redis away, at the start or in the middle: work waits, goes on by itself, loses nothing. */
import { afterAll, afterEach, describe, expect, test } from "vitest";
import { privatePostgres } from "../real/postgres.ts";
import { privateRedis } from "../real/redis.ts";
import { freePort, scratchFolder, until } from "../real/run-folder.ts";
import { type DaemonProcess, killLeftovers, startDaemon } from "./daemon-process.ts";
import { openWorld, untilListening, type World } from "./loopback-world.ts";
import { readServer, toldRefs, undelivered } from "./stored.ts";

const LOW_USD = 1_000_000;
const ASSETS = ["SOL", "XRP", "ADA"];
/** One each for the assets, three for BTC. */
const TOPICS = 6;
/** RELIABILITY: deliveries resume within this time after a server is back, or without Redis. */
const RESUMED_MS_MAX = 10_000;
const STOP_MS_MAX = 12_000;

const postgres = await privatePostgres(scratchFolder("postgres"));
const redis = await privateRedis(scratchFolder("redis"));
let world: World | null = null;

afterEach(async () => {
  await killLeftovers();
  await world?.close();
  world = null;
});

async function openOn(over: { databaseUrl?: string; redisUrl?: string }): Promise<World> {
  const rule = { window: "5m", low: LOW_USD, resolve: { for: "1h", reopenWithin: "0s" } };
  world = await openWorld({ assets: ASSETS, targets: 1, rule, ...over });
  return world;
}

async function listening(shared: World): Promise<DaemonProcess> {
  const daemon = startDaemon(["--config", shared.configFile, "--json"]);
  await daemon.ready();
  await untilListening(shared, TOPICS);
  return daemon;
}

/** Its page shows a liquidation of that asset. */
async function hasHeard(daemon: DaemonProcess, asset: string): Promise<boolean> {
  const answer = await daemon.ask("/v1/state");
  return answer?.text.includes(`"asset":"${asset}"`) ?? false;
}

/** What was said on stderr after `before` that has the word in it. */
function saidSince(daemon: DaemonProcess, before: string, word: RegExp): boolean {
  return word.test(daemon.err().slice(before.length));
}

if (postgres !== null) {
  describe("Postgres", () => {
    let isUp = false;
    async function bring(up: boolean): Promise<void> {
      if (up !== isUp) await (up ? postgres?.start() : postgres?.stopImmediately());
      isUp = up;
    }
    afterAll(() => bring(false));

    test("away at the start is waited for, and said", { timeout: 90_000 }, async () => {
      await bring(false);
      const secret = "canary-password";
      const databaseUrl = postgres.url.replace("postgres@", `postgres:${secret}@`);
      const shared = await openOn({ databaseUrl });
      const daemon = startDaemon(["--config", shared.configFile]);
      await daemon.url();
      await until(() => saidSince(daemon, "", /Database is away/), "it says so", RESUMED_MS_MAX);
      expect(await daemon.ask("/readyz")).toMatchObject({ status: 503 });
      await bring(true);
      const startedMs = Date.now();
      await daemon.ready();
      expect(Date.now() - startedMs).toBeLessThan(RESUMED_MS_MAX);
      expect(daemon.err()).not.toContain(secret);
      expect((await daemon.stop()).code).toBe(0);
    });

    test("without that database or that role is an error", { timeout: 60_000 }, async () => {
      await bring(true);
      const shared = await openOn({ databaseUrl: `${postgres.url}_not_there` });
      const { code, err } = await startDaemon(["--config", shared.configFile]).ended;
      expect(err).toMatch(/^liqwatch: Database cannot be used: .*postgres_not_there/m);
      expect(code).toBe(1);
    });

    test("crashing in the middle delays alerts and loses none", { timeout: 120_000 }, async () => {
      await bring(true);
      const shared = await openOn({ databaseUrl: postgres.url });
      const daemon = await listening(shared);
      shared.liquidate("SOL", LOW_USD);
      await daemon.recorded(1);
      const before = daemon.err();
      await bring(false);
      shared.liquidate("XRP", LOW_USD);
      await until(() => hasHeard(daemon, "XRP"), "it has heard of XRP", RESUMED_MS_MAX);
      await until(() => saidSince(daemon, before, /is away/), "it says so", RESUMED_MS_MAX);
      await bring(true);
      await until(() => shared.toldTo(1).length >= 2, "XRP is told", RESUMED_MS_MAX);
      shared.liquidate("ADA", LOW_USD);
      await until(() => shared.toldTo(1).length >= 3, "ADA is told", RESUMED_MS_MAX);
      expect(await daemon.ask("/readyz")).toMatchObject({ status: 200 });
      expect((await daemon.stop()).code).toBe(0);
      await readServer(postgres.url, async (select) => {
        expect(shared.toldTo(1)).toEqual(await toldRefs(select));
        expect(await undelivered(select)).toEqual([]);
      });
    });

    test("away at the end does not keep the process", { timeout: 60_000 }, async () => {
      await bring(true);
      const shared = await openOn({ databaseUrl: postgres.url });
      const daemon = await listening(shared);
      await bring(false);
      shared.liquidate("SOL", LOW_USD);
      const askedMs = Date.now();
      const { code } = await daemon.stop();
      expect(Date.now() - askedMs).toBeLessThan(STOP_MS_MAX);
      expect(code).toBe(0);
    });
  });
}

if (redis !== null) {
  describe("Redis", () => {
    test("away for a while costs no alert and no ten seconds", { timeout: 120_000 }, async () => {
      await redis.start();
      const shared = await openOn({ redisUrl: redis.url });
      const daemon = await listening(shared);
      shared.liquidate("SOL", LOW_USD);
      await daemon.recorded(1);
      const before = daemon.err();
      await redis.kill();
      await until(() => saidSince(daemon, before, /queue is away/), "it says so", RESUMED_MS_MAX);
      shared.liquidate("XRP", LOW_USD);
      await until(() => shared.toldTo(1).length >= 2, "XRP is told", RESUMED_MS_MAX);
      await redis.start();
      await until(() => saidSince(daemon, before, /queue is back/), "it says so", RESUMED_MS_MAX);
      shared.liquidate("ADA", LOW_USD);
      await until(() => shared.toldTo(1).length >= 3, "ADA is told", RESUMED_MS_MAX);
      const { code, out } = await daemon.stop();
      expect(code).toBe(0);
      expect(JSON.parse(out)).toMatchObject({ errors: 0, deliveries: { delivered: 3 } });
      expect(shared.toldTo(1)).toEqual(["A-1.1", "A-2.1", "A-3.1"]);
      await redis.kill();
    });

    test("that was never there stops nothing", { timeout: 60_000 }, async () => {
      const shared = await openOn({ redisUrl: `redis://127.0.0.1:${await freePort()}` });
      const daemon = await listening(shared);
      shared.liquidate("SOL", LOW_USD);
      await until(() => shared.toldTo(1).length >= 1, "SOL is told", RESUMED_MS_MAX);
      const askedMs = Date.now();
      expect((await daemon.stop()).code).toBe(0);
      expect(Date.now() - askedMs).toBeLessThan(STOP_MS_MAX);
    });
  });
}
