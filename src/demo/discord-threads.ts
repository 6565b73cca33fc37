/** The threads of a local Discord's channels, and the posts of those that are forums. */
import { THREAD_NAME_CHARS_MAX } from "../render/discord.ts";
import { error } from "./discord-answers.ts";
import type { InboxRequest, Reply } from "./inbox-http.ts";

export interface Thread {
  readonly id: string;
  readonly channelId: string;
  readonly name: string;
}

export interface Threads {
  open(channelId: string, name: string): Thread;
  find(id: string): Thread | undefined;
  list(): readonly Thread[];
  /** The thread that a new message goes into, null = the channel itself; or Discord's refusal. */
  placeOf(request: InboxRequest, channelId: string): { readonly thread: Thread | null } | Reply;
}

export const UNKNOWN_CHANNEL = { message: "Unknown Channel", code: 10_003 } as const;

/** https://discord.com/developers/docs/resources/webhook#execute-webhook */
export function createThreads(forums: ReadonlySet<string>, newId: () => string): Threads {
  const threads = new Map<string, Thread>();
  const open: Threads["open"] = (channelId, name) => {
    const thread = { id: newId(), channelId, name };
    threads.set(thread.id, thread);
    return thread;
  };
  return {
    open,
    find: (id) => threads.get(id),
    list: () => [...threads.values()],
    placeOf(request, channelId) {
      const name = request.body?.thread_name;
      const id = request.query.get("thread_id");
      if (name !== undefined && id !== null) return error(400, BOTH);
      if (id !== null) {
        const thread = threads.get(id);
        return thread?.channelId === channelId ? { thread } : error(404, UNKNOWN_CHANNEL);
      }
      if (name === undefined) return forums.has(channelId) ? error(400, NEITHER) : { thread: null };
      if (!forums.has(channelId)) return error(400, NO_FORUM);
      if (typeof name !== "string" || name.length < 1 || name.length > THREAD_NAME_CHARS_MAX) {
        return error(400, { message: "Invalid Form Body", code: 50_035 });
      }
      return { thread: open(channelId, name) };
    },
  };
}

const NEITHER = {
  message: "Webhooks posted to forum channels must have a thread_name or thread_id",
  code: 220_001,
} as const;
const BOTH = {
  message: "Webhooks posted to forum channels cannot have both a thread_name and thread_id",
  code: 220_002,
} as const;
const NO_FORUM = {
  message: "Webhooks can only create threads in forum channels",
  code: 220_003,
} as const;
