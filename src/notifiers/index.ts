/** Which code serves which kind of target. */
import type { Log } from "../log.ts";
import type { Runtime } from "../runtime.ts";
import { createConsoleNotifier } from "./console.ts";
import { createDiscordNotifier } from "./discord.ts";
import type { Notifier, TargetSettings } from "./notifier.ts";
import { createTelegramNotifier } from "./telegram.ts";
import { createWebhookNotifier } from "./webhook.ts";

export interface NotifierDeps {
  readonly runtime: Runtime;
  readonly log: Log;
  /** Where a console target writes: whole lines, line feeds included. */
  readonly write: (text: string) => void;
}

/** @throws LiqError `LIQ_CONFIG` when the target's address cannot be used. */
export function createNotifier(target: TargetSettings, deps: NotifierDeps): Notifier {
  if (target.type === "discord") return createDiscordNotifier(target, deps.runtime);
  if (target.type === "telegram") return createTelegramNotifier(target, deps);
  if (target.type === "webhook") return createWebhookNotifier(target, deps);
  return createConsoleNotifier(target, deps.write);
}
