/**
 * Discord by a bot that writes into a channel: real replies, and messages that are not repeated.
 * https://discord.com/developers/docs/resources/message#create-message
 */
import { createHash } from "node:crypto";
import { discordBody, discordEdit, threadName } from "../render/discord.ts";
import type { Runtime } from "../runtime.ts";
import {
  createDiscordRest,
  filesOf,
  partsOf,
  remoteIdOf,
  shownBy,
  valueIn,
} from "./discord-rest.ts";
import type { Attempt, DiscordTarget, Message, Notifier } from "./notifier.ts";

/** A nonce has at most 25 characters. */
const NONCE_CHARS = 24;

type ChannelOnly = DiscordTarget & { readonly channelId: string; readonly botToken: string };

export function createDiscordChannel(target: ChannelOnly, runtime: Runtime): Notifier {
  const { apiBaseUrl, botToken, forum } = target;
  const rest = createDiscordRest({ apiBaseUrl, botToken, secrets: [botToken] }, runtime);
  /** A thread is a channel of its own. */
  const home = target.threadId ?? target.channelId;
  const write = async (message: Message, signal: AbortSignal): Promise<unknown> => {
    const { username: _, ...body } = discordBody(message, target.mentionRoles.CRITICAL);
    const first = message.replyTo === undefined ? null : partsOf(message.replyTo);
    if (forum && first === null) {
      const thread = { name: threadName(message), message: body };
      const place = `/channels/${home}/threads` as const;
      const answer = await rest.post(place, { body: thread, signal, ...filesOf(message) });
      return valueIn(answer, "message");
    }
    const reference = {
      message_reference: { message_id: first?.messageId, fail_if_not_exists: false },
    };
    const place = forum && first !== null ? first.channelId : home;
    const unique = { nonce: nonceOf(message.key), enforce_nonce: true };
    const posted = { ...body, ...unique, ...(first === null ? {} : reference) };
    const files = filesOf(message);
    return rest.post(`/channels/${place}/messages`, { body: posted, signal, ...files });
  };
  const patch = async (
    remoteId: string,
    message: Message,
    signal: AbortSignal,
  ): Promise<Attempt> => {
    const { channelId, messageId } = partsOf(remoteId);
    const place = `/channels/${channelId}/messages/${messageId}` as const;
    await rest.patch(place, { body: discordEdit(message), signal, ...filesOf(message) });
    return { outcome: "delivered", remoteId };
  };
  return {
    ...{ target: target.name, service: "discord" },
    send: (message, signal) =>
      rest.attempt(async (bound) => {
        const answer = await shownBy(message, (one) => write(one, bound));
        return { outcome: "delivered", remoteId: remoteIdOf(answer) };
      }, signal),
    edit: (remoteId, message, signal) =>
      rest.attempt((bound) => shownBy(message, (one) => patch(remoteId, one, bound)), signal),
    close: async () => rest.close(),
  };
}

/** Discord gives back the first message of a few minutes that had this nonce: no repetition. */
function nonceOf(key: string): string {
  return createHash("sha256").update(key).digest("base64url").slice(0, NONCE_CHARS);
}
