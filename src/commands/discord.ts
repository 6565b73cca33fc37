/** The Discord bot: slash commands in, replies that only the asker sees out. */
import type { Picture } from "../chart.ts";
import { messageOf } from "../errors.ts";
import type { Log } from "../log.ts";
import type { Queries } from "../queries.ts";
import { type Reply, replyMarkdown } from "../render/reply.ts";
import type { Runtime } from "../runtime.ts";
import { scrub } from "../scrub.ts";
import { type Standing, standingInDiscord } from "./authorize.ts";
import { backoffMs } from "./backoff.ts";
import type { Bot, DiscordBotSettings } from "./bot.ts";
import { BOT_LIMITS, Budget } from "./budget.ts";
import { completionsOf } from "./completion.ts";
import { within } from "./deadline.ts";
import type { Desk, Outcome } from "./desk.ts";
import {
  createGatewayPort,
  createHookPort,
  type DiscordPort,
  isTokenRefused,
} from "./discord-client.ts";
import type { DiscordHook } from "./discord-hook.ts";
import type { DiscordQuestion, DiscordTyping } from "./discord-interaction.ts";
import { discordMenu, isMenuChanged } from "./discord-menu.ts";
import { COMMANDS } from "./index.ts";

/** Discord wants a first answer within 3 s; a slow one is promised after this long. */
const DEFER_MS = 1_500;
/** A gateway that says nothing is left alone after this long and tried again. */
const LOGIN_MS_MAX = 60_000;
/** The goodbye to the gateway is not waited for longer. */
const CLOSE_MS_MAX = 2_000;

const NOT_HERE =
  "**Not enabled here**\nThis bot answers listed servers, channels, roles and people only.";

export interface DiscordBotOptions {
  readonly settings: DiscordBotSettings;
  readonly desk: Desk;
  readonly queries: Queries;
  readonly runtime: Runtime;
  readonly log: Log;
}

export class DiscordBot implements Bot {
  readonly service = "discord";
  readonly #options: DiscordBotOptions;
  readonly #hook: DiscordHook | null;
  /** Strangers are told so, but no crowd of them can keep the bot busy. */
  readonly #strangers = new Budget(BOT_LIMITS);

  /** `hook` null = interactions come over the gateway. */
  constructor(options: DiscordBotOptions, hook: DiscordHook | null) {
    this.#options = options;
    this.#hook = hook;
  }

  /** Short breaks are discord.js's own business; what it gives up is begun anew here. */
  async run(signal: AbortSignal): Promise<void> {
    const { runtime, log } = this.#options;
    for (let failures = 1; !signal.aborted; failures += 1) {
      const startedMs = runtime.monotonicMs();
      const end = await this.#session(signal);
      if (signal.aborted) break;
      if (end.isFinal) {
        log.error({ reason: end.reason }, "Discord refused the bot's token; the bot is off");
        break;
      }
      log.warn({ reason: end.reason }, "Discord bot cannot hear; trying again");
      if (runtime.monotonicMs() - startedMs > 10 * LOGIN_MS_MAX) failures = 1;
      const waitMs = backoffMs(failures, runtime.random());
      await runtime.sleep(waitMs, signal).catch(() => undefined);
    }
  }

  /** One client from login to its end. */
  async #session(signal: AbortSignal): Promise<{ reason: string; isFinal: boolean }> {
    const { runtime } = this.#options;
    let end: (reason: string) => void = () => undefined;
    const ended = new Promise<string>((resolve) => {
      end = resolve;
    });
    const stop = () => end("stopped");
    signal.addEventListener("abort", stop, { once: true });
    const port = this.#connect(end);
    try {
      const login = within(this.#begin(port), { runtime, ms: LOGIN_MS_MAX });
      const state = await Promise.race([login, ended]);
      if (state === null) return { reason: "no greeting from the gateway", isFinal: false };
      return { reason: this.#describe(await ended), isFinal: false };
    } catch (thrown) {
      return { reason: this.#describe(thrown), isFinal: isTokenRefused(thrown) };
    } finally {
      signal.removeEventListener("abort", stop);
      await within(port.close(), { runtime, ms: CLOSE_MS_MAX }).catch(() => undefined);
    }
  }

  #connect(onLost: (reason: string) => void): DiscordPort {
    const { settings, runtime, log } = this.#options;
    const handlers = {
      question: (question: DiscordQuestion) => this.#watch(this.#answer(question)),
      typing: (typing: DiscordTyping) => this.#watch(this.#complete(typing)),
      lost: onLost,
      troubled: (trouble: string, isForOperator: boolean) => {
        const reason = this.#describe(trouble);
        if (isForOperator) log.warn({ reason }, "Discord's settings of the bot need a look");
        else log.debug({ reason }, "Discord connection");
      },
    };
    const hook = this.#hook;
    return hook === null
      ? createGatewayPort(settings, handlers)
      : createHookPort(settings, handlers, { hook, runtime });
  }

  async #begin(port: DiscordPort): Promise<"up"> {
    await port.login();
    const menu = discordMenu(COMMANDS);
    const isChanged = isMenuChanged(menu, await port.registeredMenu());
    if (isChanged) await port.register(menu);
    this.#options.log.info({ commands: menu.length, isChanged }, "Discord bot is up");
    return "up";
  }

  async #answer(question: DiscordQuestion): Promise<void> {
    const { settings, desk, runtime } = this.#options;
    const standing = standingInDiscord(question.asker, settings);
    if (standing === "stranger") {
      if (this.#strangers.take("all", runtime.monotonicMs()) > 0) return;
      await question.reply(NOT_HERE, { isPublic: false });
      return;
    }
    const isPublic = question.isPublicWanted && standing === "admin";
    const asking = desk.ask({ ...asked(question, standing), botName: null, isForUs: true });
    const early = await within(asking, { runtime, ms: DEFER_MS });
    // Only what completes a promise can carry a file, however the question came.
    if (early !== null && pictureOf(early) === null) {
      await question.reply(contentOf(early), { isPublic });
      return;
    }
    await question.defer({ isPublic });
    const outcome = await asking;
    await question.complete(contentOf(outcome), pictureOf(outcome));
  }

  async #complete({ asker, option, typed, suggest }: DiscordTyping): Promise<void> {
    const { settings, queries } = this.#options;
    const isStranger = standingInDiscord(asker, settings) === "stranger";
    await suggest(isStranger ? [] : completionsOf(option, typed, queries));
  }

  #watch(answering: Promise<void>): Promise<void> {
    return answering.catch((thrown: unknown) => {
      this.#options.log.warn({ reason: this.#describe(thrown) }, "A reply did not reach Discord");
    });
  }

  #describe(thrown: unknown): string {
    return scrub(messageOf(thrown).replaceAll(this.#options.settings.token, "***"));
  }
}

function asked({ text, asker, userName }: DiscordQuestion, standing: Standing) {
  return { text, standing, by: `discord:${asker.userId}`, name: userName };
}

function pictureOf(outcome: Outcome): Picture | null {
  return outcome.type === "ignored" ? null : (outcome.reply.picture ?? null);
}

/** A slash command always wants an answer: without one Discord shows an error in red. */
function contentOf(outcome: Outcome): string {
  const nothing: Reply = { title: "Nothing to answer", warnings: [], table: [], lines: [] };
  return replyMarkdown(outcome.type === "ignored" ? nothing : outcome.reply);
}
