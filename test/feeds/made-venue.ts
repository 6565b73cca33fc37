/** A made-up venue, as plain as the contract allows, and the server that speaks it. */
import { createServer } from "node:http";
import { type WebSocket, WebSocketServer } from "ws";
import type { Row, Venue } from "../../src/feeds/venue.ts";

export interface MadeServer {
  readonly url: string;
  readonly paths: string[];
  readonly extensions: (string | undefined)[];
  /** Every text received, over all connections. */
  readonly received: { readonly atMs: number; readonly text: string }[];
  /** Answers upgrades below these paths with a status. */
  readonly statusOf: Map<string, { status: number; retryAfter?: string }>;
  connections(): number;
  send(frame: string | Buffer): void;
  drop(): void;
  stop(): Promise<void>;
}

/** Acknowledges every `{"sub"}`; everything else a test says itself. */
export async function startMadeServer(nowMs: () => number): Promise<MadeServer> {
  const sockets = new Set<WebSocket>();
  const http = createServer();
  const upgrades = new WebSocketServer({ noServer: true, perMessageDeflate: true });
  const server = {
    paths: [] as string[],
    extensions: [] as (string | undefined)[],
    received: [] as { atMs: number; text: string }[],
    statusOf: new Map<string, { status: number; retryAfter?: string }>(),
  };
  http.on("upgrade", (request, stream, head) => {
    const path = request.url ?? "";
    server.paths.push(path);
    server.extensions.push(request.headers["sec-websocket-extensions"]);
    const refusal = server.statusOf.get(path);
    if (refusal !== undefined) {
      const retry =
        refusal.retryAfter === undefined ? "" : `Retry-After: ${refusal.retryAfter}\r\n`;
      stream.end(`HTTP/1.1 ${refusal.status} No\r\n${retry}Connection: close\r\n\r\n`);
      return;
    }
    upgrades.handleUpgrade(request, stream, head, (socket) => {
      sockets.add(socket);
      socket.on("close", () => sockets.delete(socket));
      socket.on("message", (data) => {
        const text = String(data);
        server.received.push({ atMs: nowMs(), text });
        const isAnswered = !text.includes("unanswered");
        if (isAnswered && text.startsWith('{"sub"'))
          socket.send(JSON.stringify({ ok: JSON.parse(text).id }));
      });
    });
  });
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  const address = http.address();
  const port = typeof address === "object" ? address?.port : 0;
  return {
    ...server,
    url: `ws://127.0.0.1:${port}`,
    connections: () => sockets.size,
    send: (frame) => {
      for (const socket of sockets) socket.send(frame);
    },
    drop: () => {
      for (const socket of sockets) socket.terminate();
    },
    stop: async () => {
      for (const socket of sockets) socket.terminate();
      http.closeAllConnections();
      await new Promise<void>((resolve) => http.close(() => resolve()));
    },
  };
}

/** The text of a frame with one liquidation. */
export function madeRow(size: number, padding = ""): string {
  return JSON.stringify({ row: { size: String(size) }, padding });
}

/** Topics come one per frame, so that pacing shows. */
export function madeVenue(more: Partial<Venue> = {}): Venue {
  return {
    id: "drift",
    title: "Made",
    restUrl: "https://rest.example.com",
    channels: [madeChannel("main", ["t1"])],
    sizeUnit: { linear: "base", inverse: "quote" },
    completeness: "complete",
    completenessNote: "",
    completenessShort: "",
    sideRule: { rule: "", sentence: "", link: "" },
    sizeRule: "",
    identity: "",
    replay: "",
    confidence: "high",
    unconfirmed: "",
    checkedOn: "2026-11-20",
    heartbeat: { everyMs: 20_000, payload: null },
    silenceMsMax: 45_000,
    needles: [],
    limits: {
      connectsPer5Min: 100,
      sendsPerSecond: 5,
      frameBytesMax: 65_536,
      connectionLifeMs: null,
    },
    instruments: [],
    request: (op, topics, firstId) =>
      topics.map((topic, index) => {
        const id = String(firstId + index);
        return { id, topics: [topic], text: JSON.stringify({ [op.slice(0, 3)]: topic, id }) };
      }),
    start: () => null,
    decode: (text) => {
      const root = JSON.parse(text);
      const control = root.ok
        ? ({ type: "ack", id: root.ok, topics: null } as const)
        : root.beat
          ? ({ type: "heartbeat", reply: `beat ${root.beat}` } as const)
          : null;
      const rows = root.row ? [rowOf(root.row.size)] : [];
      return { rows, control, rejects: [], pushedAtMs: null };
    },
    ...more,
  };
}

export function madeChannel(name: string, topics: readonly string[]): Venue["channels"][number] {
  const url = `wss://feed.example.com/${name}`;
  return {
    name,
    url,
    headers: { "X-Made": "yes" },
    topics: () => topics,
    topicsPerConnectionMax: 3,
  };
}

function rowOf(size: string): Row {
  return {
    symbol: "MADE",
    positionSide: "long",
    kind: "liquidation",
    price: "1",
    priceKind: "fill",
    size,
    quoteAmount: null,
    isInverse: null,
    occurredAtMs: Date.UTC(2026, 10, 20, 12),
    id: null,
    orderKey: null,
    history: false,
  };
}
