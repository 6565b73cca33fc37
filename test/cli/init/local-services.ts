/** What `init` meets in these tests: a Discord, a Telegram and venues on loopback. */
import { join } from "node:path";
import { init } from "../../../src/cli/init.ts";
import { environmentName } from "../../../src/config/environment.ts";
import { type DiscordServer, startDiscordServer } from "../../../src/demo/discord-server.ts";
import { startTelegramServer, type TelegramServer } from "../../../src/demo/telegram-server.ts";
import { messageOf } from "../../../src/errors.ts";
import { VENUES } from "../../../src/feeds/index.ts";
import { type Simulator, startSimulator } from "../../../src/feeds/simulator/server.ts";
import { nodeRuntime } from "../../../src/runtime-node.ts";
import { scratchFolder } from "../../real/run-folder.ts";
import { recordedIo } from "../recorded-io.ts";

export const TOKEN = "7000000001:AAlocal-canary-token-0123456789abcdef";

export interface LocalServices {
  readonly discord: DiscordServer;
  readonly telegram: TelegramServer;
  readonly bybit: Simulator;
  readonly okx: Simulator;
  /** Leads the venues to the simulators; those without one are off. */
  readonly env: Readonly<Record<string, string>>;
  /** A folder that does not exist yet. */
  readonly folder: string;
  /** `--out` and the addresses. */
  readonly flags: readonly string[];
  close(): Promise<void>;
}

export async function startLocalServices(): Promise<LocalServices> {
  const runtime = nodeRuntime;
  const limits = false;
  const discord = await startDiscordServer({ runtime, webhooks: 1, limits });
  const chats = ["55", "-1001"];
  const telegram = await startTelegramServer({
    runtime,
    botToken: TOKEN,
    chats,
    topics: { "55": [9] },
    limits,
  });
  const bybit = await startSimulator({ venue: "bybit", runtime });
  const okx = await startSimulator({ venue: "okx", runtime });
  const env: Record<string, string> = {};
  for (const { id } of VENUES) {
    const simulator = id === "bybit" ? bybit : id === "okx" ? okx : null;
    if (simulator === null) env[environmentName(["venues", id, "enabled"])] = "false";
    else {
      env[environmentName(["venues", id, "wsUrl"])] = simulator.wsUrl;
      env[environmentName(["venues", id, "restUrl"])] = simulator.restUrl;
    }
  }
  const folder = join(scratchFolder("init"), "own");
  return {
    ...{ discord, telegram, bybit, okx, env, folder },
    flags: [
      ...["--out", folder, "--discord-api", discord.apiBaseUrl],
      ...["--telegram-api", telegram.apiBaseUrl],
    ],
    async close() {
      await Promise.all([discord.close(), telegram.close(), bybit.stop(), okx.stop()]);
    },
  };
}

/** Runs `init`, each answer typed as a line; what was said, and the exit code or the error's text. */
export async function talkWith(
  { flags, env }: Pick<LocalServices, "flags" | "env">,
  answers: readonly string[],
  more: readonly string[],
): Promise<{ readonly code: number | string; readonly said: string; readonly err: string }> {
  const io = recordedIo(env, answers);
  const code = await init([...flags, ...more], io).catch(messageOf);
  return { code, said: io.written.out, err: io.written.err };
}
