/** Discord by webhook. https://discord.com/developers/docs/resources/webhook */
import { LiqError } from "../errors.ts";
import { discordBody, discordEdit, threadName } from "../render/discord.ts";
import type { Runtime } from "../runtime.ts";
import { createDiscordChannel } from "./discord-channel.ts";
import {
  createDiscordRest,
  filesOf,
  partsOf,
  remoteIdOf,
  shownBy,
  textIn,
} from "./discord-rest.ts";
import type { Attempt, DiscordTarget, Message, Notifier } from "./notifier.ts";

const WEBHOOK_PATH = /\/webhooks\/(\d{1,20})\/([\w-]{1,200})\/?$/;

/** @throws LiqError `LIQ_CONFIG` when the webhook's address has no id and token. */
export function createDiscordNotifier(target: DiscordTarget, runtime: Runtime): Notifier {
  const { channelId, botToken, webhookUrl } = target;
  if (channelId !== null && botToken !== null) {
    return createDiscordChannel({ ...target, channelId, botToken }, runtime);
  }
  return createDiscordWebhook({ ...target, webhookUrl: webhookUrl ?? "" }, runtime);
}

type WebhookOnly = DiscordTarget & { readonly webhookUrl: string };

function createDiscordWebhook(target: WebhookOnly, runtime: Runtime): Notifier {
  const { id, token } = credentials(target);
  const { apiBaseUrl, forum, webhookUrl } = target;
  const access = { apiBaseUrl, botToken: null, secrets: [token, webhookUrl] };
  const rest = createDiscordRest(access, runtime);
  const route = `/webhooks/${id}/${token}` as const;
  const place = (threadId: string | null): URLSearchParams => {
    const query = new URLSearchParams({ wait: "true" });
    if (threadId !== null) query.set("thread_id", threadId);
    return query;
  };
  let guildId: string | null = null;
  /** A link needs the server's id, which only the webhook itself tells. */
  const linkTo = async (remoteId: string, signal: AbortSignal): Promise<string | null> => {
    guildId ??= textIn(await rest.get(route, { signal }), "guild_id");
    return guildId === null ? null : `https://discord.com/channels/${guildId}/${remoteId}`;
  };
  const post = async (message: Message, signal: AbortSignal): Promise<Attempt> => {
    const { replyTo } = message;
    const link = replyTo === undefined ? null : await linkTo(replyTo, signal);
    const body = discordBody(message, target.mentionRoles.CRITICAL, link);
    // A post of a forum is a thread: what belongs to it is written there.
    const thread = forum && replyTo !== undefined ? partsOf(replyTo).channelId : target.threadId;
    const isNewPost = forum && thread === null;
    const posted = isNewPost ? { ...body, thread_name: threadName(message) } : body;
    const files = filesOf(message);
    const answer = await rest.post(route, { body: posted, query: place(thread), signal, ...files });
    return { outcome: "delivered", remoteId: remoteIdOf(answer) };
  };
  const patch = async (
    remoteId: string,
    message: Message,
    signal: AbortSignal,
  ): Promise<Attempt> => {
    const { channelId, messageId } = partsOf(remoteId);
    const query = place(forum ? channelId : target.threadId);
    await rest.patch(`${route}/messages/${messageId}`, {
      ...{ body: discordEdit(message), query, signal, ...filesOf(message) },
    });
    return { outcome: "delivered", remoteId };
  };
  return {
    ...{ target: target.name, service: "discord" },
    send: (message, signal) =>
      rest.attempt((bound) => shownBy(message, (one) => post(one, bound)), signal),
    edit: (remoteId, message, signal) =>
      rest.attempt((bound) => shownBy(message, (one) => patch(remoteId, one, bound)), signal),
    close: async () => rest.close(),
  };
}

function credentials(target: WebhookOnly): { readonly id: string; readonly token: string } {
  const match = URL.canParse(target.webhookUrl)
    ? WEBHOOK_PATH.exec(new URL(target.webhookUrl).pathname)
    : null;
  const [, id, token] = match ?? [];
  if (id === undefined || token === undefined) {
    const expected = "https://discord.com/api/webhooks/<id>/<token>";
    throw new LiqError("LIQ_CONFIG", `Webhook address of ${target.name} is not like ${expected}`);
  }
  return { id, token };
}
