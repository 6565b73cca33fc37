/** What people write to the local bot: long polling. https://core.telegram.org/bots/api#getupdates */
import type { Cancel, Runtime } from "../runtime.ts";

/** Longest time that one poll is held open, seconds. */
const POLL_SECONDS_MAX = 50;
const UPDATES_MAX = 100;

interface Update {
  readonly update_id: number;
  readonly [kind: string]: unknown;
}

export interface Updates {
  say(message: { readonly chatId: string; readonly userId: number; readonly text: string }): void;
  /** Any update, without its number. */
  push(update: Readonly<Record<string, unknown>>): void;
  /** Confirms everything below `offset`, then waits up to `timeout` seconds for more. */
  take(body: Readonly<Record<string, unknown>>): Promise<readonly Update[]>;
  /** Ends polls that wait. */
  close(): void;
}

export function createUpdates(runtime: Runtime): Updates {
  let pending: Update[] = [];
  let lastId = 0;
  const waiting = new Set<() => void>();
  const wakeAll = (): void => {
    for (const wake of waiting) wake();
  };
  const wait = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      let cancel: Cancel = () => {};
      const done = (): void => {
        cancel();
        waiting.delete(done);
        resolve();
      };
      cancel = runtime.after(ms, done);
      waiting.add(done);
    });
  const push = (update: Readonly<Record<string, unknown>>): void => {
    lastId += 1;
    pending.push({ ...update, update_id: lastId });
    wakeAll();
  };
  return {
    push,
    say({ chatId, userId, text }) {
      const isGroup = chatId.startsWith("-");
      const isCommand = text.startsWith("/");
      const length = text.split(/\s/)[0]?.length ?? 0;
      push({
        message: {
          message_id: lastId + 1,
          date: Math.floor(runtime.nowMs() / 1000),
          chat: { id: Number(chatId), type: isGroup ? "supergroup" : "private" },
          from: { id: userId, is_bot: false, first_name: `user ${userId}` },
          text,
          ...(isCommand ? { entities: [{ type: "bot_command", offset: 0, length }] } : {}),
        },
      });
    },
    async take(body) {
      const offset = Number(body.offset ?? 0);
      const seconds = Math.min(Number(body.timeout ?? 0), POLL_SECONDS_MAX);
      if (offset > 0) pending = pending.filter((update) => update.update_id >= offset);
      if (pending.length === 0 && seconds > 0) await wait(seconds * 1000);
      return pending.slice(0, UPDATES_MAX);
    },
    close: wakeAll,
  };
}
