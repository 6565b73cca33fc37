/** Feeds of every venue, and the one place in the feeds that imports the `ws` package. */
import { type ClientOptions, type RawData, WebSocket } from "ws";
import { type FeedOptions, FeedRun } from "./feed-run.ts";
import type { FeedStatus } from "./feed-status.ts";
import { Poller } from "./poller.ts";
import { CLOSE_CODE_TOO_LARGE, type Dial, type Socket } from "./socket.ts";
import type { Instrument, Venue } from "./venue.ts";

/** The upgrade must be answered within this, ms. */
export const HANDSHAKE_MS_MAX = 10_000;
/** A polite close waits this long for the peer, ms. */
export const CLOSE_MS_MAX = 1_000;

export interface Feed {
  /** Keeps the venue connected; resolves when `signal` was aborted and every socket is gone. */
  run(signal: AbortSignal): Promise<void>;
  status(): FeedStatus;
  /**
   * Subscribes what `listed` adds and unsubscribes what it no longer holds, on the live
   * connections; refused topics are tried again. Without `listed`: all instruments known.
   * `found` are names that the venue's `discover` gave; without it those of last time stand.
   */
  refreshTopics(listed?: readonly Instrument[], found?: readonly string[]): void;
}

/** Throws LIQ_CONFIG when `settings.wsUrl` is no WebSocket address. */
export function createFeed(venue: Venue, options: FeedOptions): Feed {
  const { poll } = venue;
  return poll === undefined
    ? new FeedRun(venue, { ...options, dial })
    : new Poller(venue, poll, options);
}

/**
 * No compression: `ws` offers permessage-deflate by default as a client, and inflating is 138 times
 * slower than reading (PERFORMANCE f). Redirects are refused: a venue's address is what we say.
 */
export const dial: Dial = (url, { frameBytesMax, headers }, events) => {
  // `closeTimeout` is in ws 8.23 but not yet in its types.
  const options: ClientOptions & { closeTimeout: number } = {
    perMessageDeflate: false,
    maxPayload: frameBytesMax,
    handshakeTimeout: HANDSHAKE_MS_MAX,
    closeTimeout: CLOSE_MS_MAX,
    followRedirects: false,
    headers: { ...headers },
  };
  const socket = new WebSocket(url, options);
  let failure: { text: string; isTooLarge: boolean } | null = null;
  socket.on("open", () => events.open());
  socket.on("message", (data) => events.message(bytesOf(data)));
  socket.on("ping", () => events.controlFrame("ping"));
  socket.on("pong", () => events.controlFrame("pong"));
  socket.on("unexpected-response", (_request, response) => {
    events.rejected(response.statusCode ?? 0, response.headers["retry-after"] ?? null);
    response.destroy();
    socket.terminate();
  });
  socket.on("error", (error) => {
    failure ??= { text: error.message, isTooLarge: isTooLarge(error) };
    socket.terminate();
  });
  socket.on("close", (code, reason) => {
    const said = reason.length === 0 ? `code ${code}` : `code ${code} ${reason.toString("utf8")}`;
    const closeCode = failure?.isTooLarge === true ? CLOSE_CODE_TOO_LARGE : code;
    events.closed(closeCode, failure?.text ?? said);
  });
  return socketOf(socket);
};

function socketOf(socket: WebSocket): Socket {
  const isOpen = () => socket.readyState === WebSocket.OPEN;
  return {
    send(text) {
      if (isOpen()) socket.send(text);
    },
    ping() {
      if (isOpen()) socket.ping();
    },
    close: () => socket.close(1000),
    terminate: () => socket.terminate(),
  };
}

function bytesOf(data: RawData): Buffer {
  if (Buffer.isBuffer(data)) return data;
  return Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data);
}

function isTooLarge(error: Error): boolean {
  return "code" in error && error.code === "WS_ERR_UNSUPPORTED_MESSAGE_LENGTH";
}
