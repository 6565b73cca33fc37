/** A daemon whose venue says what it cannot read, and what it can only price after a restart. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { UNREADABLE_FRAMES_MIN } from "../../src/feeds/legibility.ts";
import { perpetual } from "../../src/feeds/simulator/contracts.ts";
import { until } from "../real/run-folder.ts";
import { type DaemonProcess, killLeftovers, startDaemon } from "./daemon-process.ts";
import { openWorld, untilListening } from "./loopback-world.ts";
import { readEmbedded } from "./stored.ts";

afterAll(killLeftovers);

function bybitFrame(number: number, row: object): string {
  const symbol = "LATEUSDT";
  const data = [{ T: Date.now() - 60_000 + number, s: symbol, v: "2", p: "300.5", ...row }];
  return JSON.stringify({ topic: `allLiquidation.${symbol}`, ts: Date.now(), data });
}

async function jsonOf(daemon: DaemonProcess, path: string) {
  return JSON.parse((await daemon.ask(path))?.text ?? "null");
}

const dayOf = (daemon: DaemonProcess) => jsonOf(daemon, "/v1/totals?window=24h");

test("unreadable messages are told and kept; rows of an unlisted contract get their money once", async () => {
  const resolve = { for: "2s", reopenWithin: "0s" };
  const rule = { window: "15s", low: 1_000, resolve };
  const world = await openWorld({ assets: [], targets: 1, rule });
  const first = startDaemon(["--config", world.configFile]);
  await first.ready();
  await untilListening(world, 3);
  for (let number = 0; number < 3; number += 1) {
    world.venue.sendRaw(bybitFrame(number, { S: "Buy" }));
  }
  await until(async () => (await dayOf(first))?.orders === 3, "three orders are counted");
  expect(await dayOf(first)).toMatchObject({ totalUsd: 0, byAsset: [] });
  for (let number = 0; number < UNREADABLE_FRAMES_MIN; number += 1) {
    world.venue.sendRaw(bybitFrame(number, { side: "Buy" }));
  }
  const degraded = async () => (await jsonOf(first, "/v1/venues")).items[0].degraded;
  await until(async () => (await degraded()) !== null, "the venue counts as degraded");
  expect((await jsonOf(first, "/readyz")).reasons).toContain(
    "Messages cannot be read, the log says why: bybit",
  );
  expect(first.err().match(/no longer understood/g)).toHaveLength(1);
  expect((await first.stop()).code).toBe(0);
  expect(await readdir(join(world.dataDir, "refused"))).toEqual(["bybit.ndjson"]);

  world.venue.list(perpetual("LATE"));
  for (const _run of [1, 2]) {
    const daemon = startDaemon(["--config", world.configFile]);
    await daemon.ready();
    await until(async () => (await dayOf(daemon))?.totalUsd === 1_803, "the money is there");
    const { orders, byAsset } = await dayOf(daemon);
    expect([orders, byAsset]).toEqual([
      3,
      [expect.objectContaining({ asset: "LATE", orders: 3, totalUsd: 1_803, longUsd: 1_803 })],
    ]);
    expect((await daemon.stop()).code).toBe(0);
  }
  expect(world.toldTo(1)).toEqual([]);
  await readEmbedded(world.dataDir, async (select) => {
    expect(await select("select * from liqwatch.unpriced")).toEqual([]);
    expect(
      await select("select value ->> 'count' as n from liqwatch.settings where key = 'repricings'"),
    ).toEqual([{ n: "1" }]);
  });
  await world.close();
}, 120_000);
