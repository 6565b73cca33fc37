/** Kills a daemon again and again while it delivers, and what must be true in the end. */
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "vitest";
import { seededChance } from "../../src/demo/chance.ts";
import { until } from "../real/run-folder.ts";
import { type DaemonProcess, startDaemon } from "./daemon-process.ts";
import { openWorld, untilListening, type World } from "./loopback-world.ts";
import { type Select, toldAlertIds, undelivered } from "./stored.ts";
import { expectTold, untilTold } from "./telling.ts";

const ALERTS = 500;
const TARGETS = Array.from({ length: 50 }, (_, index) => index + 1);
const LOW_USD = 1_000_000;
/** Such alerts do not wait for what follows. */
const HIGH_USD = 4 * LOW_USD;
const ASSETS = Array.from({ length: ALERTS }, (_, index) => `K${index + 1}`);
/** A kill strikes at most this long after a start's first message, or after the start itself. */
const KILL_MS_MAX = 1_500;
const DELIVERED_MS_MAX = 90_000;

export interface KillPlan {
  readonly seed: number;
  readonly kills: number;
  /** Of the kills, how many strike while the daemon starts; about. */
  readonly shareAtStart: number;
  /** Done once, in the middle. */
  readonly midway?: () => Promise<void>;
}

export function openKillWorld(
  over: { readonly databaseUrl?: string; readonly redisUrl?: string } = {},
): Promise<World> {
  const rule = { window: "5m", low: LOW_USD, resolve: { for: "1h", reopenWithin: "0s" } };
  return openWorld({ assets: ASSETS, targets: TARGETS.length, rule, ...over });
}

/** Runs, kills and restarts until every target was told everything, then stops in order. */
export async function killAgainAndAgain(world: World, plan: KillPlan): Promise<void> {
  const { seed, kills, shareAtStart, midway } = plan;
  process.stdout.write(`Kills with seed ${seed}\n`);
  const chance = seededChance(seed);
  const waiting = [...ASSETS];
  const perStart = Math.ceil(ALERTS / (kills + 1));
  for (let kill = 0; kill < kills; kill += 1) {
    const isAtStart = kill > 0 && chance.next() < shareAtStart;
    const daemon = isAtStart
      ? startDaemon(["--config", world.configFile])
      : await startedWith(world, waiting.splice(0, perStart));
    await sleep(chance.next() * KILL_MS_MAX);
    if (kill === Math.floor(kills / 2)) await midway?.();
    await daemon.kill();
  }
  const last = await startedWith(world, waiting);
  await untilTold(last, { alerts: ALERTS, targets: TARGETS.length });
  expect((await last.stop()).code).toBe(0);
}

/** A daemon that delivers: it hears of liquidations that ask for one alert each. */
async function startedWith(world: World, assets: readonly string[]): Promise<DaemonProcess> {
  const daemon = startDaemon(["--config", world.configFile]);
  await daemon.ready();
  await untilListening(world, ASSETS.length);
  const before = world.discord.messages().length;
  for (const asset of assets) world.liquidate(asset, HIGH_USD);
  const isDelivering = () => world.discord.messages().length > before;
  await until(isDelivering, "a message after the start", DELIVERED_MS_MAX);
  return daemon;
}

/** None lost, none invented, at most one repetition per kill and target. */
export async function expectAllTold(world: World, select: Select, kills: number): Promise<void> {
  expect((await toldAlertIds(select)).size).toBe(ALERTS);
  for (const target of TARGETS) {
    const repetitions = await expectTold(world, select, target);
    expect(repetitions).toBeLessThanOrEqual(kills);
  }
  expect(await undelivered(select)).toEqual([]);
}
