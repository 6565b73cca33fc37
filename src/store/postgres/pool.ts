/**
 * The pools that BullMQ's Postgres backend works on. BullMQ asks only for the shape of pg.Pool, so
 * the embedded database can stand in for it: one session shared by everybody.
 */
import { EventEmitter } from "node:events";
import type { PGlite } from "@electric-sql/pglite";

/** The schema that BullMQ creates its objects in; its name is fixed for pools given from outside. */
export const QUEUE_SCHEMA = "bullmq";

export interface QueueResult<R> {
  rows: R[];
  rowCount?: number | null;
}

interface Notification {
  channel: string;
  payload?: string;
}

/** The part of pg.PoolClient that BullMQ uses. */
export interface QueueClient {
  query<R>(text: string, params?: readonly unknown[]): Promise<QueueResult<R>>;
  on(event: "notification", listener: (notification: Notification) => void): this;
  on(event: "error", listener: (error: Error) => void): this;
  on(event: "end", listener: () => void): this;
  removeListener(event: "notification", listener: (notification: Notification) => void): this;
  removeAllListeners(event?: string): this;
  release(destroy?: boolean): void;
}

/** The part of pg.Pool that BullMQ uses; migrate it before any queue or worker starts. */
export interface QueuePool {
  query<R>(text: string, params?: readonly unknown[]): Promise<QueueResult<R>>;
  connect(): Promise<QueueClient>;
  end(): Promise<void>;
  on(event: "error", listener: (error: Error) => void): this;
  on(event: "connect", listener: (client: QueueClient) => void): this;
  removeAllListeners(event?: string): this;
}

/** int8 and numeric stay texts for BullMQ, as node-postgres gives them. */
const QUEUE_PARSERS = { 20: (text: string) => text, 1700: (text: string) => text };

const SELECT = /^\s*select\b/i;

const LISTEN = /^\s*(listen|unlisten)\s+"?([^";\s]+)"?\s*;?\s*$/i;

/** PGlite behind the shape of a pool. */
export class EmbeddedQueuePool extends EventEmitter implements QueuePool {
  /** Without it BullMQ assumes that a dead listener goes unnoticed and wakes up every few seconds. */
  readonly options = { keepAlive: true };
  readonly #db: PGlite;

  constructor(db: PGlite) {
    super();
    this.setMaxListeners(0);
    this.#db = db;
  }

  /** Without parameters several statements may stand in one text, as BullMQ's migrations do. */
  async query<R>(text: string, params?: readonly unknown[]): Promise<QueueResult<R>> {
    const options = { parsers: QUEUE_PARSERS };
    if (params === undefined && !SELECT.test(text)) {
      const last = (await this.#db.exec(text, options)).at(-1);
      return { rows: [], rowCount: last?.affectedRows ?? null };
    }
    const result = await this.#db.query<R>(text, params?.map(queueValue), options);
    return { rows: result.rows, rowCount: result.affectedRows ?? null };
  }

  async connect(): Promise<QueueClient> {
    return new EmbeddedQueueClient(this, this.#db);
  }

  /** The database belongs to the store, which closes it after everything else. */
  async end(): Promise<void> {}
}

class EmbeddedQueueClient extends EventEmitter implements QueueClient {
  /** BullMQ turns TCP keep-alive on here; there is no socket. */
  readonly connection = { stream: { setKeepAlive() {} } };
  readonly #pool: EmbeddedQueuePool;
  readonly #channels = new Set<string>();
  readonly #stopListening: () => void;

  constructor(pool: EmbeddedQueuePool, db: PGlite) {
    super();
    this.setMaxListeners(0);
    this.#pool = pool;
    this.#stopListening = db.onNotification((channel, payload) => {
      if (this.#channels.has(channel)) this.emit("notification", { channel, payload });
    });
  }

  /**
   * The session is shared, so UNLISTEN only ends this client's interest: the session goes on
   * listening for the others. Channels are one per queue, so nothing grows.
   */
  async query<R>(text: string, params?: readonly unknown[]): Promise<QueueResult<R>> {
    const [, verb = "", channel = ""] = LISTEN.exec(text) ?? [];
    if (verb.toLowerCase() === "unlisten") {
      if (channel === "*") this.#channels.clear();
      else this.#channels.delete(channel);
      return { rows: [], rowCount: null };
    }
    if (verb !== "") this.#channels.add(channel);
    return this.#pool.query<R>(text, params);
  }

  release(): void {
    this.#stopListening();
    this.#channels.clear();
  }
}

/** node-postgres writes objects as JSON, bytes as they are and undefined as NULL. */
function queueValue(value: unknown): unknown {
  if (value === undefined) return null;
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return value instanceof Date || value instanceof Uint8Array ? value : JSON.stringify(value);
}
