/** SIGTERM in the middle of work: out within ten seconds, and no message twice. */
import { afterEach, describe, expect, test } from "vitest";
import { until } from "../real/run-folder.ts";
import { type DaemonProcess, killLeftovers, startDaemon } from "./daemon-process.ts";
import { openWorld, untilListening, type World } from "./loopback-world.ts";
import { readEmbedded, toldAlertIds, undelivered } from "./stored.ts";
import { expectTold, untilTold } from "./telling.ts";

const ALERTS = 40;
const TARGETS = [1, 2, 3, 4, 5];
const STOPS = 2;
const LOW_USD = 1_000_000;
/** Such alerts do not wait for what follows. */
const HIGH_USD = 4 * LOW_USD;
const ASSETS = Array.from({ length: ALERTS }, (_, index) => `S${index + 1}`);
const STOP_MS_MAX = 10_000;
/** Every answer takes this long, so that a stop always finds attempts under way. */
const ANSWER_MS = 100;
const DELIVERED_MS_MAX = 60_000;

let world: World | null = null;

afterEach(async () => {
  await killLeftovers();
  await world?.close();
  world = null;
});

async function started(shared: World): Promise<DaemonProcess> {
  const daemon = startDaemon(["--config", shared.configFile, "--json"]);
  await daemon.ready();
  await untilListening(shared, ASSETS.length);
  return daemon;
}

/** Waits until `more` messages were accepted since now. */
function untilMore(shared: World, more: number): Promise<void> {
  const wanted = shared.discord.messages().length + more;
  const hasCome = () => shared.discord.messages().length >= wanted;
  return until(hasCome, `${more} more messages`, DELIVERED_MS_MAX);
}

describe("SIGTERM under load", () => {
  test("ends with 0 within 10 s each time and repeats no message", {
    timeout: 120_000,
  }, async () => {
    const rule = { window: "5m", low: LOW_USD, resolve: { for: "1h", reopenWithin: "0s" } };
    const shared = await openWorld({ assets: ASSETS, targets: TARGETS.length, rule });
    world = shared;
    shared.discord.setFault(null, { type: "slow", delayMs: ANSWER_MS });
    const waiting = [...ASSETS];
    for (let stops = 0; stops < STOPS; stops += 1) {
      const daemon = await started(shared);
      for (const asset of waiting.splice(0, ALERTS / STOPS)) shared.liquidate(asset, HIGH_USD);
      // What an earlier stop left goes out together: how many messages that makes is not fixed.
      await untilMore(shared, 1);
      const askedMs = Date.now();
      const { code, out } = await daemon.stop();
      expect(code).toBe(0);
      expect(Date.now() - askedMs).toBeLessThan(STOP_MS_MAX);
      expect(JSON.parse(out)).toMatchObject({ errors: 0 });
    }
    const last = await started(shared);
    for (const asset of waiting) shared.liquidate(asset, HIGH_USD);
    await untilTold(last, { alerts: ALERTS, targets: TARGETS.length });
    expect((await last.stop()).code).toBe(0);

    await readEmbedded(shared.dataDir, async (select) => {
      expect((await toldAlertIds(select)).size).toBe(ALERTS);
      expect(await undelivered(select)).toEqual([]);
      for (const target of TARGETS) expect(await expectTold(shared, select, target)).toBe(0);
    });
  });

  test("does not wait for a target that never answers", { timeout: 60_000 }, async () => {
    const rule = { window: "5m", low: LOW_USD, resolve: { for: "1h", reopenWithin: "0s" } };
    const shared = await openWorld({ assets: ["SOL"], targets: 1, rule });
    world = shared;
    shared.discord.setFault(null, { type: "silent" });
    const daemon = startDaemon(["--config", shared.configFile]);
    await daemon.ready();
    await untilListening(shared, 1);
    shared.liquidate("SOL", LOW_USD);
    await until(() => shared.discord.requests().length > 0, "a request", DELIVERED_MS_MAX);
    const askedMs = Date.now();
    expect((await daemon.stop()).code).toBe(0);
    expect(Date.now() - askedMs).toBeLessThan(STOP_MS_MAX);
  });
});
