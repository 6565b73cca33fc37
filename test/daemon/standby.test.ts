/** Two daemons, one database: one decides, the other waits for its turn. */
import { afterAll, afterEach, describe, expect, test } from "vitest";
import { withPostgres } from "../real/postgres.ts";
import { privateRedis } from "../real/redis.ts";
import { scratchFolder, until } from "../real/run-folder.ts";
import { type DaemonProcess, killLeftovers, startDaemon } from "./daemon-process.ts";
import { openWorld, untilListening, type World } from "./loopback-world.ts";

const LOW_USD = 1_000_000;
const ASSETS = ["SOL", "XRP"];
/** One each for the assets, three for BTC. */
const TOPICS = 5;
const TAKEN_OVER_MS_MAX = 10_000;

const postgres = await withPostgres();
const redis = await privateRedis(scratchFolder("redis"));
let world: World | null = null;

afterAll(() => redis?.kill());

afterEach(async () => {
  await killLeftovers();
  await world?.close();
  world = null;
});

async function openPair(
  database: { databaseUrl?: string; redisUrl?: string } = {},
): Promise<World> {
  const rule = { window: "5m", low: LOW_USD, resolve: { for: "1h", reopenWithin: "0s" } };
  world = await openWorld({ assets: ASSETS, targets: 1, rule, ...database });
  return world;
}

async function statusOf(daemon: DaemonProcess): Promise<unknown> {
  const answer = await daemon.ask("/readyz");
  return { code: answer?.status, ...JSON.parse(answer?.text ?? "{}") };
}

const QUESTIONS = ["", "&asset=sol", "&venue=bybit", "&asset=XRP&venue=bybit"];

/** Everything that totals say but the second of the question and what only memory knows. */
async function figuresOf(daemon: DaemonProcess): Promise<readonly unknown[]> {
  const paths = ["15m", "1h", "4h", "12h", "24h"].flatMap((window) =>
    QUESTIONS.map((question) => `/v1/totals?window=${window}${question}`),
  );
  const answers = await Promise.all(paths.map((path) => daemon.ask(path)));
  return answers.map((answer) => {
    const { asOf, rows, complete, ...said } = JSON.parse(answer?.text ?? "{}");
    expect([answer?.status, typeof asOf]).toEqual([200, "string"]);
    // Who stands by does not watch: how much was seen is unknown there.
    const { coveragePct, partial, assumed, ...figures } = said;
    return figures;
  });
}

if (postgres !== null) {
  describe("a second daemon on one Postgres", () => {
    test.each([
      { how: "killed", end: (daemon: DaemonProcess) => daemon.kill(), hasRedis: true },
      { how: "stopped", end: (daemon: DaemonProcess) => daemon.stop(), hasRedis: false },
    ])(
      "stands by in silence and takes over when the first is $how",
      {
        timeout: 90_000,
      },
      async ({ end, hasRedis }) => {
        if (hasRedis) await redis?.start();
        const redisUrl = hasRedis && redis !== null ? { redisUrl: redis.url } : {};
        const shared = await openPair({ databaseUrl: await postgres.newDatabase(), ...redisUrl });
        const first = startDaemon(["--config", shared.configFile]);
        await first.ready();
        const second = startDaemon(["--config", shared.configFile]);
        await second.url();
        await until(
          async () => /standby/.test(JSON.stringify(await statusOf(second))),
          "the second stands by",
        );
        expect(await statusOf(second)).toMatchObject({ code: 503, status: "standby" });
        expect(await statusOf(first)).toMatchObject({ code: 200, status: "ready" });
        await untilListening(shared, TOPICS);
        shared.liquidate("SOL", LOW_USD);
        await first.recorded(1);
        expect(shared.venue.connectionCount()).toBe(2);

        const figures = await figuresOf(first);
        expect(figures[0]).toMatchObject({ totalUsd: LOW_USD, orders: 1, darkVenues: [] });
        expect(await figuresOf(second)).toEqual(figures);
        if (hasRedis) expect(await redis?.command("FLUSHALL")).toBe("+OK");
        expect(await figuresOf(second)).toEqual(figures);
        expect(await second.ask("/v1/windows/SOL")).toMatchObject({ status: 503 });
        expect((await second.ask("/v1/liquidations"))?.text).toContain('"asset":"SOL"');

        const endedMs = Date.now();
        await end(first);
        await second.ready();
        expect(Date.now() - endedMs).toBeLessThan(TAKEN_OVER_MS_MAX);
        await untilListening(shared, TOPICS);
        shared.liquidate("XRP", LOW_USD);
        await second.recorded(1);
        expect((await second.stop()).code).toBe(0);
        expect(shared.toldTo(1)).toEqual(["A-1.1", "A-2.1"]);
      },
    );
  });
}

describe("a second daemon on one data directory", () => {
  test("ends with one sentence that names the first", { timeout: 60_000 }, async () => {
    const shared = await openPair();
    const first = startDaemon(["--config", shared.configFile]);
    await first.ready();
    const { code, err } = await startDaemon(["--config", shared.configFile]).ended;
    expect(code).toBe(1);
    const last = err.trimEnd().split("\n").at(-1);
    expect(last).toBe(
      `liqwatch: Data directory ${shared.dataDir} is in use by process ${first.pid}: stop it or choose another dataDir`,
    );
    expect(await statusOf(first)).toMatchObject({ code: 200 });
    // What a crash leaves behind is no owner.
    await first.kill();
    await startDaemon(["--config", shared.configFile]).ready();
  });
});
