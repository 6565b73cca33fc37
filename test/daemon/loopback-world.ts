/**
 * What surrounds a daemon in these tests: a venue that publishes what a test says, a Discord that
 * remembers every message, and a configuration that joins the two.
 */

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type DiscordServer, startDiscordServer } from "../../src/demo/discord-server.ts";
import {
  type SimulatedLiquidation,
  type Simulator,
  startSimulator,
} from "../../src/feeds/simulator/server.ts";
import { nodeRuntime } from "../../src/runtime-node.ts";
import { onlyVenues } from "../only-venues.ts";
import { scratchFolder, until } from "../real/run-folder.ts";

export interface WorldOptions {
  /** What the venue lists, beside BTC: a venue without inverse contracts would be an odd one. */
  readonly assets: readonly string[];
  /** Webhooks of the local Discord, each a target `d1`, `d2` and so on. */
  readonly targets: number;
  readonly rule: {
    readonly window: string;
    /** USD; MEDIUM, HIGH and CRITICAL are 2, 4 and 8 times that. */
    readonly low: number;
    readonly resolve: { readonly for: string; readonly reopenWithin: string };
  };
  /** Left out = the embedded database. */
  readonly databaseUrl?: string;
  readonly redisUrl?: string;
}

export interface World {
  readonly folder: string;
  readonly configFile: string;
  readonly dataDir: string;
  readonly venue: Simulator;
  readonly discord: DiscordServer;
  /** One liquidated long of that many USD, now. */
  liquidate(asset: string, notionalUsd: number): void;
  /** New messages of a target: `A-7.1` is the first one about incident A-7. */
  toldTo(target: number): readonly string[];
  close(): Promise<void>;
}

const PRICE_USD = 100;

export async function openWorld(options: WorldOptions): Promise<World> {
  const folder = scratchFolder("daemon");
  const runtime = nodeRuntime;
  const assets = [...new Set(["BTC", ...options.assets])];
  const venue = await startSimulator({ venue: "bybit", runtime, assets });
  const discord = await startDiscordServer({ runtime, webhooks: options.targets, limits: false });
  const published: SimulatedLiquidation[] = [];
  // Whoever subscribes hears everything again: what a killed daemon had not stored comes back.
  venue.replayOnSubscribe(published);
  const configFile = join(folder, "liqwatch.yaml");
  const dataDir = join(folder, "data");
  writeFileSync(configFile, JSON.stringify(configOf(options, { venue, discord, dataDir })));
  return {
    ...{ folder, configFile, dataDir, venue, discord },
    liquidate(asset, notionalUsd) {
      const event: SimulatedLiquidation = {
        ...{ venue: "bybit", asset, positionSide: "long", atMs: Date.now() },
        ...{ price: String(PRICE_USD), baseSize: (notionalUsd / PRICE_USD).toFixed(3) },
      };
      venue.publish(event);
      published.push(event);
    },
    toldTo(target) {
      const messages = discord.messages().filter((message) => message.target === String(target));
      return messages.flatMap(({ alertRefs }) => alertRefs);
    },
    async close() {
      await Promise.all([venue.stop(), discord.close()]);
    },
  };
}

/** JSON is YAML too. */
function configOf(
  { rule, targets, databaseUrl, redisUrl }: WorldOptions,
  { venue, discord, dataDir }: Pick<World, "venue" | "discord" | "dataDir">,
): object {
  const names = Array.from({ length: targets }, (_, index) => `d${index + 1}`);
  const { low, window, resolve } = rule;
  const thresholds = { low, medium: low * 2, high: low * 4, critical: low * 8 };
  return {
    venues: onlyVenues({ bybit: { wsUrl: venue.wsUrl, restUrl: venue.restUrl } }),
    rules: [
      {
        ...{ name: "any", scope: "asset", metric: "notionalUsd", window, thresholds },
        ...{ cooldown: "0s", resolve: { belowPctOfLow: 50, ...resolve } },
      },
    ],
    notifiers: Object.fromEntries(
      names.map((name, index) => [
        name,
        {
          ...{ type: "discord", webhookUrl: discord.webhookUrl(index + 1) },
          ...{ apiBaseUrl: discord.apiBaseUrl, minSeverity: "LOW", budget: null },
        },
      ]),
    ),
    database: { url: databaseUrl ?? null },
    redis: { url: redisUrl ?? null },
    dataDir,
  };
}

/** Waits until the venue's client has subscribed to every contract. */
export function untilListening({ venue }: World, topics: number): Promise<void> {
  return until(() => venue.subscriptions().length >= topics, `${topics} topics are subscribed`);
}
