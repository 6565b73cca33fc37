/** The Telegram bot: updates in, replies out, silence for strangers. */

import { backoffMs } from "./backoff.ts";
import type { Bot } from "./bot.ts";
import { COMMANDS } from "./index.ts";
import { describeTrouble, TelegramAnswers, type TelegramBotOptions } from "./telegram-answers.ts";
import { type Ears, PollingEars, WebhookEars } from "./telegram-ears.ts";
import type { TelegramHook } from "./telegram-hook.ts";
import {
  createTelegramBotPort,
  type MenuEntry,
  type TelegramBotPort,
  TelegramRefused,
} from "./telegram-port.ts";

export class TelegramBot implements Bot {
  readonly service = "telegram";
  readonly #options: TelegramBotOptions;
  readonly #hook: TelegramHook | null;
  readonly #port: TelegramBotPort;
  readonly #answers: TelegramAnswers;
  #isIntroduced = false;

  /** `hook` null = updates are polled for. */
  constructor(options: TelegramBotOptions, hook: TelegramHook | null) {
    this.#options = options;
    this.#hook = hook;
    const { token, apiBaseUrl } = options.settings;
    this.#port = createTelegramBotPort(token, apiBaseUrl);
    this.#answers = new TelegramAnswers(options, this.#port);
  }

  async run(signal: AbortSignal): Promise<void> {
    const ears = this.#ears(signal);
    let failures = 0;
    let lastReason = "";
    while (!signal.aborted) {
      try {
        if (!this.#isIntroduced) await this.#introduce(signal);
        await ears.hear(failures > 0, signal);
        if (failures > 0) this.#options.log.info({}, "Telegram bot hears again");
        failures = 0;
        lastReason = "";
      } catch (thrown) {
        if (signal.aborted) break;
        failures += 1;
        const reason = this.#describe(thrown);
        if (reason !== lastReason) this.#complain(thrown, reason);
        lastReason = reason;
        if (isRefusedToken(thrown)) break;
        await this.#rest(thrown, failures, signal);
      }
    }
    ears.close();
    await this.#answers.settled();
    this.#port.close();
  }

  #ears(signal: AbortSignal): Ears {
    const { settings, runtime, log } = this.#options;
    const take = (update: unknown, mayBeOld: boolean) =>
      this.#answers.take(update, mayBeOld, signal);
    const world = { port: this.#port, runtime, log, take };
    const { publicUrl } = settings;
    const hook = this.#hook;
    if (hook === null || publicUrl === null) return new PollingEars(world);
    return new WebhookEars({ ...world, hook, url: publicUrl.replace(/\/+$/, "") + hook.path });
  }

  /** A stop ends the rest at once. */
  async #rest(thrown: unknown, failures: number, signal: AbortSignal): Promise<void> {
    const { runtime } = this.#options;
    const askedMs = thrown instanceof TelegramRefused ? (thrown.retryAfterMs ?? 0) : 0;
    const waitMs = Math.max(askedMs, backoffMs(failures, runtime.random()));
    await runtime.sleep(waitMs, signal).catch(() => undefined);
  }

  #complain(thrown: unknown, reason: string): void {
    const { log } = this.#options;
    if (isRefusedToken(thrown)) {
      log.error({ reason }, "Telegram refused the bot's token; the bot is off");
    } else if (thrown instanceof TelegramRefused && thrown.status === 409) {
      log.warn({ reason }, "Another program polls with this bot's token; only one can");
    } else {
      log.warn({ reason }, "Telegram bot cannot hear; trying again");
    }
  }

  #describe(thrown: unknown): string {
    return describeTrouble(thrown, this.#options.settings.token);
  }

  /** Our name, and the menu that people see when they type a slash. */
  async #introduce(signal: AbortSignal): Promise<void> {
    const { settings, log } = this.#options;
    const name = await this.#port.name(signal);
    await this.#port.setMenu({ entries: menuOf(false), chatId: null }, signal);
    for (const userId of settings.admins.users) {
      // An admin who has never written to the bot has no chat with it yet: refused, no harm.
      const menu = { entries: menuOf(true), chatId: userId };
      await this.#port.setMenu(menu, signal).catch((thrown: unknown) => {
        log.debug({ reason: this.#describe(thrown) }, "An admin's Telegram menu was not set");
      });
    }
    this.#answers.botName = name;
    this.#isIntroduced = true;
    log.info({ name }, "Telegram bot is up");
  }
}

function isRefusedToken(thrown: unknown): boolean {
  return thrown instanceof TelegramRefused && (thrown.status === 401 || thrown.status === 404);
}

function menuOf(isAdmin: boolean): readonly MenuEntry[] {
  return COMMANDS.filter((command) => isAdmin || !command.isAdmin).map(({ name, summary }) => ({
    command: name,
    description: summary,
  }));
}
