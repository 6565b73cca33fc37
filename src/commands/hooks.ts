/** The hooks of the bots that are configured for HTTP delivery. */
import type { Log } from "../log.ts";
import type { Runtime } from "../runtime.ts";
import type { BotsSettings } from "./bot.ts";
import { DiscordHook } from "./discord-hook.ts";
import type { Hook } from "./hook.ts";
import { TelegramHook } from "./telegram-hook.ts";

/** They exist before the bots do: the HTTP server opens first and answers that nobody listens. */
export interface BotHooks {
  readonly discord: DiscordHook | null;
  readonly telegram: TelegramHook | null;
}

export function createHooks(
  { discord, telegram }: BotsSettings,
  world: { readonly runtime: Runtime; readonly log: Log },
): BotHooks {
  const publicKey = discord?.publicKey ?? null;
  return {
    discord: publicKey === null ? null : new DiscordHook(publicKey, world),
    telegram:
      telegram === null || telegram.publicUrl === null ? null : new TelegramHook(telegram.token),
  };
}

export function listOfHooks({ discord, telegram }: BotHooks): readonly Hook[] {
  return [discord, telegram].filter((hook) => hook !== null);
}
