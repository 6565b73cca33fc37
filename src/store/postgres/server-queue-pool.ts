/**
 * The pool that BullMQ works on when the database is a server. BullMQ keeps the outcome of its
 * first look at the database for ever: if that fails, its worker spins on the failure and starves
 * the whole thread (seen with 6.7.0). And it only waits between tries for errors that it knows as
 * "connection refused". So first statements wait for the server, and every sign of an absent
 * server is called a refused connection.
 */
import { EventEmitter } from "node:events";
import type pg from "pg";
import { messageOf } from "../../errors.ts";
import { isServerAbsent } from "./failures.ts";
import type { QueueClient, QueuePool, QueueResult } from "./pool.ts";

/** Tries until the server is there. */
export type Outlast = <T>(attempt: () => Promise<T>) => Promise<T>;

export class ServerQueuePool extends EventEmitter implements QueuePool {
  /** The pool's own setting; BullMQ looks for it here. */
  readonly options = { keepAlive: true };
  readonly #pool: pg.Pool;
  readonly #outlast: Outlast;

  constructor(pool: pg.Pool, outlast: Outlast) {
    super();
    this.setMaxListeners(0);
    this.#pool = pool;
    this.#outlast = outlast;
    pool.on("error", (error) => {
      if (this.listenerCount("error") > 0) this.emit("error", error);
    });
  }

  async query<R>(text: string, params: readonly unknown[] = []): Promise<QueueResult<R>> {
    try {
      return await ask<R>(this.#pool, text, params);
    } catch (error) {
      throw asRefusal(error);
    }
  }

  async connect(): Promise<QueueClient> {
    return new ServerQueueClient(this.#pool, this.#outlast);
  }

  /** The pool belongs to the store, which ends it after everything else. */
  async end(): Promise<void> {}
}

class ServerQueueClient extends EventEmitter implements QueueClient {
  readonly #pool: pg.Pool;
  readonly #outlast: Outlast;
  #session: pg.PoolClient | null = null;
  #isReleased = false;

  constructor(pool: pg.Pool, outlast: Outlast) {
    super();
    this.setMaxListeners(0);
    this.#pool = pool;
    this.#outlast = outlast;
  }

  /** Later statements may depend on what was said before, so only the first one is repeated. */
  async query<R>(text: string, params: readonly unknown[] = []): Promise<QueueResult<R>> {
    if (this.#session !== null) return ask<R>(this.#session, text, params);
    return this.#outlast(async () => {
      const session = await this.#pool.connect();
      try {
        const result = await ask<R>(session, text, params);
        this.#adopt(session);
        return result;
      } catch (error) {
        session.release(true);
        throw error;
      }
    });
  }

  release(destroy = false): void {
    this.#isReleased = true;
    const session = this.#session;
    if (session === null) return;
    this.#session = null;
    session.removeListener("notification", this.#onNotification);
    session.removeListener("error", this.#onError);
    session.removeListener("end", this.#onEnd);
    session.release(destroy);
  }

  #adopt(session: pg.PoolClient): void {
    this.#session = session;
    session.on("notification", this.#onNotification);
    session.on("error", this.#onError);
    session.on("end", this.#onEnd);
    // Released while the server was away.
    if (this.#isReleased) this.release(true);
  }

  readonly #onNotification = (notification: pg.Notification): void => {
    this.emit("notification", notification);
  };

  readonly #onError = (error: Error): void => {
    if (this.listenerCount("error") > 0) this.emit("error", error);
  };

  readonly #onEnd = (): void => {
    this.emit("end");
  };
}

/** Without parameters several statements may stand in one text, as in BullMQ's migrations. */
async function ask<R>(
  session: pg.Pool | pg.PoolClient,
  text: string,
  params: readonly unknown[],
): Promise<QueueResult<R>> {
  if (params.length === 0) return session.query<never>(text);
  return session.query<never>(text, [...params]);
}

function asRefusal(error: unknown): unknown {
  if (!isServerAbsent(error)) return error;
  return Object.assign(new Error(messageOf(error), { cause: error }), { code: "ECONNREFUSED" });
}
