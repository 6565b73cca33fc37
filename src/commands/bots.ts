/** Starts the bots that are configured, and stops them together. */
import type { Charts } from "../chart.ts";
import type { Log } from "../log.ts";
import type { Controls, Queries } from "../queries.ts";
import type { Runtime } from "../runtime.ts";
import type { Bot, BotsSettings } from "./bot.ts";
import { within } from "./deadline.ts";
import { Desk } from "./desk.ts";
import { DiscordBot } from "./discord.ts";
import type { BotHooks } from "./hooks.ts";
import { TelegramBot } from "./telegram.ts";

/** A bot that is slow to say goodbye does not hold up the daemon. */
const CLOSE_MS_MAX = 3_000;

export interface BotsOptions {
  readonly settings: BotsSettings;
  /** Through which services post to us; those that are null are listened to otherwise. */
  readonly hooks: BotHooks;
  readonly queries: Queries;
  readonly controls: Controls;
  readonly charts: Charts;
  readonly runtime: Runtime;
  readonly log: Log;
}

export interface RunningBots {
  readonly services: readonly Bot["service"][];
  close(): Promise<void>;
}

/** Returns at once; connecting, and waiting for a service that is away, goes on behind. */
export function startBots(options: BotsOptions): RunningBots {
  const { settings, hooks, queries, controls, charts, ...world } = options;
  const { runtime } = world;
  const desk = new Desk({ queries, controls, charts, ...world });
  const bots: Bot[] = [];
  if (settings.discord !== null) {
    const log = world.log.child({ bot: "discord" });
    const own = { settings: settings.discord, desk, queries, runtime, log };
    bots.push(new DiscordBot(own, hooks.discord));
  }
  if (settings.telegram !== null) {
    const log = world.log.child({ bot: "telegram" });
    const own = { settings: settings.telegram, desk, runtime, log };
    bots.push(new TelegramBot(own, hooks.telegram));
  }
  const stop = new AbortController();
  const running = Promise.all(bots.map((bot) => bot.run(stop.signal)));
  return {
    services: bots.map(({ service }) => service),
    close: async () => {
      stop.abort();
      await within(running, { runtime, ms: CLOSE_MS_MAX });
    },
  };
}
