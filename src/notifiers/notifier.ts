/** The contract of a notifier: the code of one service. Exactly one attempt, no retry, no sleep. */
import type { Decision } from "../alert.ts";
import type { Picture } from "../chart.ts";
import type { Notice } from "../notice.ts";
import type { Label } from "../render/title.ts";
import type { Severity } from "../rule.ts";

/** What a program gets beside the texts: all that they were made of. */
export type Told =
  | {
      readonly type: "alert";
      /** `A-20417`, `M-118`: how people quote the incident. */
      readonly number: string;
      /** Oldest first, never empty. */
      readonly decisions: readonly Decision[];
    }
  | { readonly type: "notice"; readonly notice: Notice };

/** One rendered message, before a service's own shape. Built by `render/`. */
export interface RenderedMessage {
  /** First line: the push notification. 60 characters say all. Plain text, not escaped. */
  readonly title: string;
  /** Short paragraphs under the title. Plain text. */
  readonly lines: readonly string[];
  /** Name and value pairs, in order of importance; services may show them as a table. */
  readonly fields: readonly {
    readonly name: string;
    readonly value: string;
    readonly isInline: boolean;
  }[];
  /** The facts of `fields` again as short lines, for services that show no table. Plain text. */
  readonly facts: readonly string[];
  /** What could not be seen. Plain text; empty = nothing to say. */
  readonly coverage: string;
  readonly footer: string;
  readonly atMs: number;
  /** Colour is the side: long red, short green, mixed or simulation grey. */
  readonly tone: "long" | "short" | "neutral";
  readonly severity: Severity;
  /** No sound: below the target's `silentBelow`, and every summary. */
  readonly isSilent: boolean;
  /** A real CRITICAL alert that opens or rises: configured roles may be called. */
  readonly mayMention: boolean;
  /** Alert ids that this message tells; hidden from readers, kept in the delivery row. */
  readonly alertIds: readonly string[];
  /** null = real. */
  readonly label: Label | null;
  readonly told: Told;
}

/** A rendered message with its place among ours, as a notifier sends it. */
export interface Message extends RenderedMessage {
  /** Equal in every attempt at this message, so that a service can drop repetitions. */
  readonly key: string;
  /** Messages about one stretch of trouble share it. */
  readonly story: string;
  /** `remoteId` of the message that this one answers; absent = none. */
  readonly replyTo?: string;
  /**
   * Shown with the text by services that can; absent = none: an edit takes away what was there, where
   * that can be done. A message is never lost because of its picture: it is then sent without.
   */
  readonly picture?: Picture;
}

export type RetryReason = "rate-limited" | "server" | "network" | "timeout";
/** `message-gone`: the message to edit cannot be edited (any more); the target itself is well. */
export type DeadReason = "auth" | "gone" | "bad-request" | "message-gone";

/** What became of one attempt. Refusals are values; only our own bugs throw. */
export type Attempt =
  | {
      readonly outcome: "delivered";
      /** What `edit` and `replyTo` call this message; null where the service gives no id. */
      readonly remoteId: string | null;
    }
  | {
      readonly outcome: "retry";
      readonly reason: RetryReason;
      readonly afterMs: number | null;
      readonly detail: string;
      /** The wait holds for every target of this service that shares our identity. */
      readonly isGlobal?: boolean;
    }
  | { readonly outcome: "dead"; readonly reason: DeadReason; readonly detail: string };

export interface Notifier {
  /** The target's name under `notifiers:`. */
  readonly target: string;
  readonly service: TargetSettings["type"];
  send(message: Message, signal: AbortSignal): Promise<Attempt>;
  /**
   * Puts a message in the place of an earlier one; nobody is notified. `delivered` gives the id to
   * use from now on. null = what was sent stays: a change that tells an alert goes out as a message
   * of its own, and mere figures do not.
   */
  readonly edit:
    | ((remoteId: string, message: Message, signal: AbortSignal) => Promise<Attempt>)
    | null;
  /** Ends sockets and timers of the client library. */
  close(): Promise<void>;
}

/** Alerts for people, or what the operator must know of the daemon itself; never both. */
export const TARGET_PURPOSES = ["alerts", "ops"] as const;
export type TargetPurpose = (typeof TARGET_PURPOSES)[number];

interface TargetCommon {
  readonly name: string;
  readonly purpose: TargetPurpose;
  readonly minSeverity: Severity;
  /** Alerts below this severity are sent without sound. */
  readonly silentBelow: Severity;
}
/** New messages that a target takes at most; what is beyond them is told in one that is edited. */
export interface MessageBudget {
  readonly perHour: number;
  readonly perDay: number;
}

export interface DiscordTarget extends TargetCommon {
  readonly type: "discord";
  /** null = as many as there are. */
  readonly budget: MessageBudget | null;
  /** null = the bot writes into `channelId`. */
  readonly webhookUrl: string | null;
  readonly channelId: string | null;
  /** Set where `channelId` is. */
  readonly botToken: string | null;
  readonly threadId: string | null;
  /** Each story is a post of its own. */
  readonly forum: boolean;
  /** A proxy or local server instead of https://discord.com/api. */
  readonly apiBaseUrl: string | null;
  readonly mentionRoles: { readonly CRITICAL: readonly string[] };
}
export interface TelegramTarget extends TargetCommon {
  readonly type: "telegram";
  readonly budget: MessageBudget | null;
  readonly botToken: string;
  readonly chatId: string;
  readonly topicId: number | null;
  readonly apiBaseUrl: string | null;
}
export interface WebhookTarget extends TargetCommon {
  readonly type: "webhook";
  /** A secret like the others: whoever has it can post there. */
  readonly url: string;
  /** Signs every message. */
  readonly secret: string;
  /** http, and receivers in this machine's own networks. */
  readonly allowPrivate: boolean;
}
export interface ConsoleTarget extends TargetCommon {
  readonly type: "console";
}
/** A configured and complete target: secrets present, defaults applied. */
export type TargetSettings = DiscordTarget | TelegramTarget | WebhookTarget | ConsoleTarget;
