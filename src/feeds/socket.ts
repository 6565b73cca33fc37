/**
 * What the driver needs of a WebSocket, and no more. `feed.ts` fills it with `ws`; nothing else in
 * the feeds knows that package.
 */

export interface SocketEvents {
  open(): void;
  /** One whole message, still bytes. */
  message(bytes: Buffer): void;
  /** A ping or pong frame of the server; `ws` answers pings by itself. */
  controlFrame(kind: "ping" | "pong"): void;
  /** The upgrade was answered with an HTTP status; `closed` follows. */
  rejected(status: number, retryAfter: string | null): void;
  /** The last call, exactly once. */
  closed(code: number, detail: string): void;
}

export interface Socket {
  send(text: string): void;
  ping(): void;
  /** The polite way: closing handshake, cut after a second. */
  close(): void;
  /** At once, without waiting for a peer that may be dead. */
  terminate(): void;
}

export interface DialOptions {
  readonly headers: Readonly<Record<string, string>>;
  readonly frameBytesMax: number;
}

export type Dial = (url: string, options: DialOptions, events: SocketEvents) => Socket;

/** Close codes we read: https://www.rfc-editor.org/rfc/rfc6455#section-7.4.1 */
export const CLOSE_CODE_TOO_LARGE = 1009;
