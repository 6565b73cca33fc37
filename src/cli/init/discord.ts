/** The Discord part of `init`: a webhook's URL, looked up at Discord before it is taken. */
import { isWebhook } from "../../config/schema-notifiers.ts";
import { messageOf } from "../../errors.ts";
import { scrubber } from "../../notifiers/scrub.ts";
import { printable } from "./names.ts";
import { askSecret, type Checked } from "./secret.ts";
import { ANSWER_MS_MAX, bounded, type Wizard } from "./wizard.ts";

const DISCORD_API = "https://discord.com/api";
/** Discord wants to know who asks: https://docs.discord.com/developers/reference#user-agent */
const USER_AGENT = "DiscordBot (liqwatch, 0)";

interface WebhookFacts {
  readonly name: string;
  readonly channelId: string;
}

/** The webhook's URL, or null when Discord is not wanted. */
export async function askDiscord(wizard: Wizard): Promise<string | null> {
  const { dialog, options } = wizard;
  dialog.title("1/5 Discord");
  if (options.discordWebhook === null && !dialog.isUnattended) {
    dialog.say(
      "A webhook posts into one channel. In Discord: the channel's settings (the gear) >",
      "Integrations > Webhooks > New Webhook > Copy Webhook URL.",
    );
  }
  const answered = await askSecret(
    {
      name: "Webhook URL",
      service: "Discord",
      variable: "DISCORD_WEBHOOK_URL",
      given: options.discordWebhook,
      hasShape: (text) => isWebhook(text, options.discordApi !== null),
      shape: "https://discord.com/api/webhooks/<numbers>/<letters>; copy all of it",
      check: (url) => checkWebhook(url, wizard),
    },
    wizard,
  );
  if (answered === null) dialog.say("Without Discord.");
  else dialog.say(`✓ Webhook "${answered.facts.name}" of channel ${answered.facts.channelId}`);
  return answered?.secret ?? null;
}

/** https://docs.discord.com/developers/resources/webhook#get-webhook-with-token */
async function checkWebhook(url: string, wizard: Wizard): Promise<Checked<WebhookFacts>> {
  const [id = "", token = ""] = new URL(url).pathname.replace(/\/$/, "").split("/").slice(-2);
  const api = wizard.options.discordApi?.replace(/\/+$/, "") ?? DISCORD_API;
  const describe = scrubber([token, url]);
  try {
    return await bounded(wizard, ANSWER_MS_MAX, async (signal) => {
      const response = await wizard.runtime.fetch(`${api}/webhooks/${id}/${token}`, {
        headers: { "user-agent": USER_AGENT },
        // The address is a secret: it goes nowhere else.
        redirect: "error",
        signal,
      });
      return readAnswer(response.status, await response.text());
    });
  } catch (thrown) {
    wizard.signal.throwIfAborted();
    const cause = thrown instanceof TypeError ? (thrown.cause ?? thrown) : thrown;
    return { type: "unreachable", reason: describe(messageOf(cause)) };
  }
}

function readAnswer(status: number, text: string): Checked<WebhookFacts> {
  if (status === 401 || status === 403 || status === 404) {
    const reason = `Discord does not know this webhook (HTTP ${status}): copy its URL again, or make a new one`;
    return { type: "wrong", reason };
  }
  const facts = status === 200 ? factsOf(text) : null;
  if (facts !== null) return { type: "right", facts };
  return { type: "unreachable", reason: `HTTP ${status} in place of a webhook` };
}

function factsOf(text: string): WebhookFacts | null {
  let webhook: unknown;
  try {
    webhook = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof webhook !== "object" || webhook === null || !("channel_id" in webhook)) return null;
  const name = "name" in webhook && typeof webhook.name === "string" ? webhook.name : "";
  return { name: printable(name), channelId: printable(String(webhook.channel_id)) };
}
