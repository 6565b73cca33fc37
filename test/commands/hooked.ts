/** Bots behind a real HTTP server of ours, to which the services post. */
import { PromMetrics } from "../../src/api/metrics.ts";
import type { RateLimits } from "../../src/api/rate-limit.ts";
import { type Api, startApi } from "../../src/api/server.ts";
import type { BotsSettings } from "../../src/commands/bot.ts";
import { type RunningBots, startBots } from "../../src/commands/bots.ts";
import { createHooks, listOfHooks } from "../../src/commands/hooks.ts";
import { type Log, SILENT_LOG } from "../../src/log.ts";
import type { Runtime } from "../../src/runtime.ts";
import { nodeRuntime } from "../../src/runtime-node.ts";
import { sampleApi } from "../api/samples.ts";
import { SampleCharts } from "../pictures/sample-charts.ts";
import { SampleDaemon } from "./samples.ts";

export interface Hooked {
  readonly api: Api;
  readonly daemon: SampleDaemon;
  /** Lines of warn, error and info. */
  readonly lines: readonly string[];
  heard(part: string): boolean;
  /** The counter of posts: `telegram refused` and so on. */
  posts(bot: "telegram" | "discord", outcome: string): Promise<number>;
  /** Starts the bots; before that nobody listens. */
  startBots(): void;
  stopBots(): Promise<void>;
  close(): Promise<void>;
}

export interface HookedOptions {
  readonly settings: (publicUrl: string) => BotsSettings;
  readonly daemon?: SampleDaemon;
  readonly runtime?: Runtime;
  readonly rateLimits?: RateLimits;
}

export async function startHooked({
  settings,
  daemon = new SampleDaemon(),
  runtime = nodeRuntime,
  rateLimits = { burst: 1e9, perSecond: 1e9 },
}: HookedOptions): Promise<Hooked> {
  const lines: string[] = [];
  const note = (fields: Readonly<Record<string, unknown>>, text: string): void => {
    lines.push(`${text} ${JSON.stringify(fields)}`);
  };
  const log: Log = { ...SILENT_LOG, child: () => log, info: note, warn: note, error: note };
  const metrics = new PromMetrics({ hasProcess: false });
  const hooks = createHooks(settings("http://127.0.0.1"), { runtime, log });
  const { queries } = daemon;
  const options = sampleApi({ queries, metrics, hooks: listOfHooks(hooks), rateLimits, log });
  const api = await startApi({ ...options, host: "127.0.0.1", port: 0 });
  let bots: RunningBots | null = null;
  return {
    ...{ api, daemon, lines },
    heard: (part) => lines.some((line) => line.includes(part)),
    async posts(bot, outcome) {
      const text = await metrics.expose(queries, Promise.resolve(null));
      const line = new RegExp(
        `^liqwatch_bot_posts_total\\{bot="${bot}",outcome="${outcome}"\\} (\\d+)$`,
        "m",
      );
      return Number(line.exec(text)?.[1] ?? 0);
    },
    startBots() {
      const charts = new SampleCharts();
      const world = { queries, controls: daemon, charts, runtime, log, hooks };
      bots = startBots({ settings: settings(api.url), ...world });
    },
    async stopBots() {
      await bots?.close();
    },
    async close() {
      await bots?.close();
      await api.close();
    },
  };
}
