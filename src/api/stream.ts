/**
 * Server-sent events: a client gets the whole state when it joins and then, at most twice a
 * second, the sections that changed. SSE and not WebSockets: plain HTTP, and browsers reconnect by
 * themselves (https://html.spec.whatwg.org/multipage/server-sent-events.html).
 */
import type { ServerResponse } from "node:http";
import type { Log } from "../log.ts";
import type { Cancel, Runtime } from "../runtime.ts";
import type { PageState } from "./state.ts";

/** Changes are looked for at this interval. */
export const PUSH_EVERY_MS = 500;
/** A comment keeps proxies from closing a stream in which nothing changes, and tells the page that
 * the daemon lives. */
export const KEEP_ALIVE_MS = 10_000;
export const STREAM_CLIENTS_MAX = 64;
/** A reader this far behind is cut: it reconnects and gets a whole fresh state. */
export const UNREAD_BYTES_MAX = 1_048_576;
/** After a lost stream browsers come back this soon. */
const RETRY_MS = 2_000;

export interface StateStreamOptions {
  readonly read: () => PageState;
  readonly runtime: Runtime;
  readonly log: Log;
}

export class StateStream {
  readonly #options: StateStreamOptions;
  readonly #clients = new Set<ServerResponse>();
  /** Section by section, the JSON that every client has. */
  readonly #sent = new Map<string, string>();
  #stopTimer: Cancel | null = null;
  #lastWriteMs = 0;

  constructor(options: StateStreamOptions) {
    this.#options = options;
  }

  get isFull(): boolean {
    return this.#clients.size >= STREAM_CLIENTS_MAX;
  }

  get clients(): number {
    return this.#clients.size;
  }

  /** Takes over a response whose head is written; it is ended by `close()` or by its reader. */
  join(response: ServerResponse): void {
    if (this.#clients.size === 0) this.#changedSections();
    this.#clients.add(response);
    response.on("close", () => this.#leave(response));
    response.write(`retry: ${RETRY_MS}\n\n${eventOf(this.#wholeState())}`);
    this.#stopTimer ??= this.#options.runtime.every(PUSH_EVERY_MS, () => this.#push());
  }

  /** Ends every stream; without this a server with open streams never closes. */
  close(): void {
    for (const client of this.#clients) client.end();
    this.#clients.clear();
    this.#rest();
  }

  #leave(response: ServerResponse): void {
    this.#clients.delete(response);
    if (this.#clients.size === 0) this.#rest();
  }

  #rest(): void {
    this.#stopTimer?.();
    this.#stopTimer = null;
    this.#sent.clear();
  }

  #push(): void {
    const nowMs = this.#options.runtime.monotonicMs();
    const changed = this.#changedSections();
    if (changed !== null) this.#write(eventOf(changed), nowMs);
    else if (nowMs - this.#lastWriteMs >= KEEP_ALIVE_MS)
      this.#write("event: alive\ndata:\n\n", nowMs);
  }

  /** What every other client has by now; `at` lets a page correct its own clock. */
  #wholeState(): string {
    const at = new Date(this.#options.runtime.nowMs()).toISOString();
    const sections = [...this.#sent].map(([name, json]) => `${JSON.stringify(name)}:${json}`);
    return `{${[`"at":"${at}"`, ...sections].join(",")}}`;
  }

  /** The changed sections as one JSON object; null when nothing changed. */
  #changedSections(): string | null {
    const parts: string[] = [];
    for (const [name, section] of Object.entries(this.#options.read())) {
      const json = JSON.stringify(section);
      if (this.#sent.get(name) === json) continue;
      this.#sent.set(name, json);
      parts.push(`${JSON.stringify(name)}:${json}`);
    }
    return parts.length === 0 ? null : `{${parts.join(",")}}`;
  }

  #write(text: string, nowMs: number): void {
    this.#lastWriteMs = nowMs;
    for (const client of this.#clients) {
      if (client.writableLength > UNREAD_BYTES_MAX) {
        this.#options.log.warn(
          { unreadBytes: client.writableLength },
          "Stream reader cut: too slow",
        );
        client.destroy();
      } else {
        client.write(text);
      }
    }
  }
}

/** JSON holds no raw line break, so one `data` line carries it. */
function eventOf(json: string): string {
  return `data: ${json}\n\n`;
}
