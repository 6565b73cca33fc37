/** The webhook part of `init`: an address from a flag or the environment, and a secret for it. */
import { randomBytes } from "node:crypto";
import { expectedOfUrl } from "../../config/schema-notifiers.ts";
import { LiqError } from "../../errors.ts";
import { masked } from "./dialog.ts";
import type { Wizard } from "./wizard.ts";

/** As many as the signature's hash is long: more would add nothing. */
const SECRET_BYTES = 32;

export interface WebhookAnswers {
  readonly url: string;
  readonly secret: string;
  readonly allowPrivate: boolean;
  /** The secret was made just now: no receiver can know it. */
  readonly isSecretNew: boolean;
}

/**
 * Nobody is asked: few have such a program, and they know its address. null = none is given.
 * @throws LiqError `LIQ_CONFIG` for an address that cannot be used
 */
export function readWebhook({ dialog, options, known }: Wizard): WebhookAnswers | null {
  const url = options.webhook ?? (known.ALERT_WEBHOOK_URL?.trim() || null);
  if (url === null) return null;
  const { allowPrivate } = options;
  const expected = expectedOfUrl(url, allowPrivate);
  if (expected !== null) {
    const how = expected.replace("allowPrivate: true", "--allow-private");
    const what = `Webhook that ends with ${masked(url)} (ALERT_WEBHOOK_URL)`;
    throw new LiqError("LIQ_CONFIG", `${what} is wrong, expected ${how}`);
  }
  const before = known.ALERT_WEBHOOK_SECRET?.trim() || null;
  dialog.title("Webhook for a program (docs/webhook.md)");
  if (before === null) {
    dialog.say(
      "✓ A secret was made for it: ALERT_WEBHOOK_SECRET, in .env at the end. Give it to the",
      "  program that receives; then: liqwatch test-alert hook",
    );
  } else dialog.say(`✓ Signed with the secret that ends with ${masked(before)}`);
  const secret = before ?? randomBytes(SECRET_BYTES).toString("hex");
  return { url, secret, allowPrivate, isSecretNew: before === null };
}
