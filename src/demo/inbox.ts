/** What a local Discord or Telegram accepted, in one shape for tests and for the demo's page. */

import type { InboxPicture } from "./upload.ts";

export interface InboxEmbed {
  readonly title: string;
  readonly description: string;
  /** 0xRRGGBB. */
  readonly color: number;
  readonly fields: readonly {
    readonly name: string;
    readonly value: string;
    readonly inline: boolean;
  }[];
  readonly footer: string;
  /** The address of its picture; null = none. */
  readonly image: string | null;
}

export interface InboxMessage {
  readonly service: "discord" | "telegram";
  /** The number of the webhook (`1`), or the id of the chat. */
  readonly target: string;
  readonly id: string;
  readonly acceptedAtMs: number;
  readonly editedAtMs: number | null;
  /** How often it was edited. */
  readonly edits: number;
  /** Id of the message that it replies to; a webhook cannot. */
  readonly replyToId: string | null;
  /** The thread or topic that it stands in; null = the channel or chat itself. */
  readonly threadId: string | null;
  readonly isSilent: boolean;
  /** First line, as people read it. */
  readonly title: string;
  /** All of it as plain text, lines separated by line feeds. */
  readonly text: string;
  /** Discord only. */
  readonly embed: InboxEmbed | null;
  /** Telegram only: the markup as sent, already checked. */
  readonly html: string | null;
  /** Shown with the text; null = none, or one of long ago. */
  readonly picture: InboxPicture | null;
  /** Roles that were called; Discord only. */
  readonly mentionedRoles: readonly string[];
  /** Incident and message, `A-20417.1`, `A-20417.summary`: what a footer says. */
  readonly alertRefs: readonly string[];
}

const FOOTER = /#([AM]-\d+)[^·\n]* · [\w ]*\w(?: · (?:message (\d+)|(summary)))?/g;

/** Reads `#A-20417 · running · message 2` as `A-20417.2`. */
export function alertRefsIn(text: string): readonly string[] {
  return [...text.matchAll(FOOTER)].map(
    ([, handle, number, summary]) => `${handle}.${number ?? summary ?? "1"}`,
  );
}

/** Messages kept per server; the oldest leave first. */
export const INBOX_MESSAGES_MAX = 20_000;
/** Pictures kept per server, 100 KB each; older messages lose theirs. */
const PICTURES_MAX = 100;

export interface Inbox {
  /** In order of acceptance. */
  messages(): readonly InboxMessage[];
  /** Calls back for every accepted and every edited message; returns what ends it. */
  onMessage(listener: (message: InboxMessage) => void): () => void;
  accept(message: InboxMessage): void;
  find(id: string): InboxMessage | undefined;
  replace(message: InboxMessage): void;
  /** Somebody deletes it. */
  remove(id: string): void;
}

export function createInbox(): Inbox {
  const kept = new Map<string, InboxMessage>();
  const listeners = new Set<(message: InboxMessage) => void>();
  const tell = (message: InboxMessage): void => {
    for (const listener of listeners) listener(message);
  };
  /** Ids of messages with a picture, oldest first. */
  const pictured = new Set<string>();
  const keep = (message: InboxMessage): void => {
    kept.set(message.id, message);
    pictured.delete(message.id);
    if (message.picture !== null) pictured.add(message.id);
    const [first = ""] = pictured;
    const oldest = pictured.size > PICTURES_MAX ? kept.get(first) : undefined;
    if (pictured.size > PICTURES_MAX) pictured.delete(first);
    if (oldest !== undefined) kept.set(first, { ...oldest, picture: null });
  };
  return {
    messages: () => [...kept.values()],
    find: (id) => kept.get(id),
    onMessage(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    accept(message) {
      keep(message);
      const oldest = kept.keys().next().value;
      if (kept.size > INBOX_MESSAGES_MAX && oldest !== undefined) kept.delete(oldest);
      tell(message);
    },
    replace(message) {
      keep(message);
      tell(message);
    },
    remove: (id) => void kept.delete(id),
  };
}
