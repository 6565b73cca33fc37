/**
 * Updates that Telegram posts to us. https://core.telegram.org/bots/api#setwebhook
 * The secret is made from the bot's token: whoever has the one may have the other, and nothing more
 * has to be configured or kept.
 */
import { createHmac } from "node:crypto";
import {
  type Hook,
  type HookAnswer,
  type HookHeaders,
  type HookPost,
  headerOf,
  jsonOf,
} from "./hook.ts";
import { isSameSecret } from "./same-secret.ts";
import { updateId } from "./telegram-update.ts";

const SECRET_HEADER = "x-telegram-bot-api-secret-token";
/** Says what the secret is for: another use of the token gives another one. */
const SECRET_CONTEXT = "liqwatch telegram webhook secret 1";

export class TelegramHook implements Hook {
  readonly service = "telegram";
  readonly path = "/bots/telegram";
  /** For setWebhook: 43 letters, digits, - and _. */
  readonly secret: string;
  #listener: ((update: unknown) => void) | null = null;

  constructor(token: string) {
    this.secret = createHmac("sha256", token).update(SECRET_CONTEXT).digest("base64url");
  }

  /** From now on updates go to `listener`; null = nobody listens, Telegram keeps them. */
  listen(listener: ((update: unknown) => void) | null): void {
    this.#listener = listener;
  }

  admits(headers: HookHeaders): boolean {
    return isSameSecret(headerOf(headers, SECRET_HEADER) ?? "", this.secret);
  }

  /** Answers before the update is answered: Telegram waits for the one, people for the other. */
  async take({ headers, body }: HookPost): Promise<HookAnswer> {
    if (!this.admits(headers)) return { outcome: "refused" };
    const update = jsonOf(body);
    if (updateId(update) === null) {
      return { outcome: "malformed", detail: "Expected an update with an update_id, as JSON" };
    }
    if (this.#listener === null) return { outcome: "closed" };
    this.#listener(update);
    return { outcome: "accepted", json: null };
  }
}
