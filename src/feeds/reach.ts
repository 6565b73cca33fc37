/** Can a venue be reached from here? One look at each of its hosts; nothing is subscribed. */
import { messageOf } from "../errors.ts";
import type { Runtime } from "../runtime.ts";
import { rebase } from "./endpoint.ts";
import { dial, HANDSHAKE_MS_MAX } from "./feed.ts";
import { causeOf } from "./rest.ts";
import type { Channel, InstrumentSource, Venue } from "./venue.ts";

/** A host that says nothing for this long is not reachable, ms; the same for both kinds. */
const REACH_MS_MAX = HANDSHAKE_MS_MAX;

/** What one host answered. */
export interface HostAnswer {
  readonly kind: "REST" | "WebSocket";
  readonly host: string;
  /** What keeps us out, in words; null = it answers. */
  readonly trouble: string | null;
  /** Refused for where we are (HTTP 451, 403): it will not go away by waiting. */
  readonly isBlocked: boolean;
}

export interface ReachOptions {
  /** `venues.<id>.wsUrl` and `restUrl`: hosts in place of the venue's own. */
  readonly wsUrl: string | null;
  readonly restUrl: string | null;
  readonly runtime: Pick<Runtime, "fetch" | "after">;
  readonly signal: AbortSignal;
}

/** Asks every host of `venue` at the same time; each has an answer within 10 s. Never rejects. */
export function checkReach(venue: Venue, options: ReachOptions): Promise<readonly HostAnswer[]> {
  const lists = firstOfHost(venue.instruments, ({ path }) => {
    return rebase(new URL(path, venue.restUrl).href, options.restUrl);
  });
  const channels = firstOfHost(venue.channels, ({ url }) => rebase(url, options.wsUrl));
  // A signal of its own for each host: one that all listen to would be taken for a leak.
  const own = () => ({ ...options, signal: AbortSignal.any([options.signal]) });
  return Promise.all([
    ...lists.map(([url, source]) => askList(url, source, own())),
    ...channels.map(([url, channel]) => shakeHands(url, { channel, venue }, own())),
  ]);
}

function firstOfHost<Item>(items: readonly Item[], addressOf: (item: Item) => string) {
  const found = new Map<string, readonly [url: string, item: Item]>();
  for (const item of items) {
    const url = addressOf(item);
    const { host } = new URL(url);
    if (!found.has(host)) found.set(host, [url, item]);
  }
  return [...found.values()];
}

/** The head of a list of contracts is enough: its megabytes are not read. */
async function askList(
  url: string,
  { body }: InstrumentSource,
  { runtime, signal }: ReachOptions,
): Promise<HostAnswer> {
  const { host } = new URL(url);
  const limit = new AbortController();
  const stop = () => limit.abort();
  const cancel = runtime.after(REACH_MS_MAX, stop);
  signal.addEventListener("abort", stop, { once: true });
  if (signal.aborted) stop();
  const post = { method: "POST", headers: { "content-type": "application/json" }, body };
  try {
    const asked = body === undefined ? {} : post;
    const response = await runtime.fetch(url, {
      ...asked,
      signal: limit.signal,
      redirect: "error",
    });
    await response.body?.cancel();
    return { kind: "REST", host, ...troubleOfStatus(response.status) };
  } catch (thrown) {
    const text = limit.signal.aborted ? "timed out" : messageOf(causeOf(thrown));
    return { kind: "REST", host, trouble: troubleOfText(text), isBlocked: false };
  } finally {
    cancel();
    signal.removeEventListener("abort", stop);
  }
}

function shakeHands(
  url: string,
  { channel, venue }: { readonly channel: Channel; readonly venue: Venue },
  { signal }: ReachOptions,
): Promise<HostAnswer> {
  const { host } = new URL(url);
  const kind = "WebSocket";
  return new Promise((resolve) => {
    const options = { headers: channel.headers, frameBytesMax: venue.limits.frameBytesMax };
    const stop = () => socket.terminate();
    const socket = dial(url, options, {
      open() {
        resolve({ kind, host, trouble: null, isBlocked: false });
        stop();
      },
      message() {},
      controlFrame() {},
      rejected: (status) => resolve({ kind, host, ...troubleOfUpgrade(status) }),
      closed(_code, detail) {
        signal.removeEventListener("abort", stop);
        resolve({ kind, host, trouble: troubleOfText(detail), isBlocked: false });
      },
    });
    signal.addEventListener("abort", stop, { once: true });
    if (signal.aborted) stop();
  });
}

type Trouble = Pick<HostAnswer, "trouble" | "isBlocked">;

/** A host that calls our question wrong (404, 405) is there. */
function troubleOfStatus(status: number): Trouble {
  if (status === 451 || status === 403) return troubleOfUpgrade(status);
  const isThere = status < 500 && status !== 429;
  return isThere ? { trouble: null, isBlocked: false } : troubleOfUpgrade(status);
}

/** An upgrade has to be answered with 101: any other status is a refusal. */
function troubleOfUpgrade(status: number): Trouble {
  const isBlocked = status === 451 || status === 403;
  const words = isBlocked ? "blocked in your region or network" : "refused";
  return { trouble: `${words} (HTTP ${status})`, isBlocked };
}

function troubleOfText(text: string): string {
  if (/ENOTFOUND|EAI_AGAIN/.test(text)) return "host name not found (DNS)";
  if (/timed out|ETIMEDOUT/i.test(text)) return `no answer within ${REACH_MS_MAX / 1_000} s`;
  if (/ECONNREFUSED/.test(text)) return "connection refused";
  return text === "" ? "connection failed" : text;
}
