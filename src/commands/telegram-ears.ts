/** The two ways in which updates reach us: asked for by long polls, or posted to us by Telegram. */
import type { Log } from "../log.ts";
import type { Runtime } from "../runtime.ts";
import { STALE_MS } from "./telegram-answers.ts";
import type { TelegramHook } from "./telegram-hook.ts";
import { type TelegramBotPort, TelegramRefused } from "./telegram-port.ts";
import { updateId } from "./telegram-update.ts";

/** How long one poll is held open; the service allows 50 s. */
const POLL_SECONDS = 50;
/** A poll that is silent for longer than it may be open is dead. */
const POLL_MS_MAX = (POLL_SECONDS + 15) * 1_000;
/** How often Telegram is asked whether it still posts to us, and whether it can. */
const CHECK_MS = 300_000;
/** Telegram may post this many updates at once; a bot of this kind needs few. */
const CONNECTIONS_MAX = 4;

/** `mayBeOld` = the update may have waited while nobody listened. */
export type TakeUpdate = (update: unknown, mayBeOld: boolean) => void;

export interface EarsOptions {
  readonly port: TelegramBotPort;
  readonly runtime: Runtime;
  readonly log: Log;
  readonly take: TakeUpdate;
}

export interface Ears {
  /** Listens for a while; `isProbe` = returns soon, only tells whether all is well again. */
  hear(isProbe: boolean, signal: AbortSignal): Promise<void>;
  close(): void;
}

export class PollingEars implements Ears {
  readonly #options: EarsOptions;
  #offset = 0;
  #hasPolled = false;
  #hasRemovedWebhook = false;

  constructor(options: EarsOptions) {
    this.#options = options;
  }

  async hear(isProbe: boolean, signal: AbortSignal): Promise<void> {
    const { runtime } = this.#options;
    const bound = new AbortController();
    const stop = () => bound.abort();
    const cancel = runtime.after(POLL_MS_MAX, stop);
    signal.addEventListener("abort", stop, { once: true });
    try {
      await this.#poll(isProbe ? 0 : POLL_SECONDS, bound.signal);
      this.#hasRemovedWebhook = false;
    } catch (thrown) {
      if (!isWebhookConflict(thrown)) throw thrown;
      await this.#removeWebhook(thrown, bound.signal);
    } finally {
      cancel();
      signal.removeEventListener("abort", stop);
    }
  }

  close(): void {}

  async #poll(seconds: number, signal: AbortSignal): Promise<void> {
    const wanted = { offset: this.#offset, seconds };
    const updates = await this.#options.port.updates(wanted, signal);
    for (const update of updates) {
      const id = updateId(update);
      if (id !== null) this.#offset = Math.max(this.#offset, id + 1);
      this.#options.take(update, !this.#hasPolled);
    }
    this.#hasPolled = true;
  }

  /** Once, then with back-off: another program may set it again and again. */
  async #removeWebhook(conflict: unknown, signal: AbortSignal): Promise<void> {
    const { port, log } = this.#options;
    if (this.#hasRemovedWebhook) {
      this.#hasRemovedWebhook = false;
      throw conflict;
    }
    await port.deleteWebhook(signal);
    this.#hasRemovedWebhook = true;
    log.warn({}, "A webhook was set for this bot; it is removed, because mode is polling");
  }
}

export interface WebhookEarsOptions extends EarsOptions {
  readonly hook: TelegramHook;
  /** Where Telegram is to post. */
  readonly url: string;
}

export class WebhookEars implements Ears {
  readonly #options: WebhookEarsOptions;
  #isSet = false;
  /** Time of the last failure that Telegram told us of, seconds since 1970. */
  #lastErrorS = 0;

  constructor(options: WebhookEarsOptions) {
    this.#options = options;
  }

  /** Sets the webhook first, then looks after it now and then. */
  async hear(_isProbe: boolean, signal: AbortSignal): Promise<void> {
    if (this.#isSet) await this.#check(signal);
    else await this.#set(signal);
  }

  close(): void {
    this.#options.hook.listen(null);
  }

  async #set(signal: AbortSignal): Promise<void> {
    const { port, hook, url, runtime, log, take } = this.#options;
    const startedMs = runtime.monotonicMs();
    // Listens first: one that was set by an earlier run posts already.
    hook.listen((update) => take(update, runtime.monotonicMs() - startedMs < STALE_MS));
    const wanted = { url, secret: hook.secret, connectionsMax: CONNECTIONS_MAX };
    await port.setWebhook(wanted, signal);
    this.#isSet = true;
    log.info({ url }, "Telegram posts updates to us");
  }

  async #check(signal: AbortSignal): Promise<void> {
    const { port, url, runtime, log } = this.#options;
    await runtime.sleep(CHECK_MS, signal);
    const found = await port.webhook(signal);
    if (found.url !== url) {
      log.warn({}, "Telegram's webhook was taken away or changed; it is set again");
      this.#isSet = false;
    } else if (found.lastErrorS > this.#lastErrorS) {
      this.#lastErrorS = found.lastErrorS;
      const { lastError: reason, waiting } = found;
      log.warn({ reason, waiting }, "Telegram could not post updates to us");
    }
  }
}

function isWebhookConflict(thrown: unknown): boolean {
  return (
    thrown instanceof TelegramRefused && thrown.status === 409 && /webhook/i.test(thrown.message)
  );
}
