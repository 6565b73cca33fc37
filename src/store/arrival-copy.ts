/**
 * A table that follows the stored rows in order of arrival. How far it is stands in `settings` and
 * changes in the transaction that copies, so every row counts once, whatever is killed in between.
 */
import { lastArrival } from "./buckets.ts";
import { numberOf } from "./postgres/rows.ts";
import type { Database, Sql } from "./postgres/sql.ts";

/** Rows copied by one transaction, so that commits find their turn in between. */
const COPIED_ROWS_MAX = 2_000;

export interface ArrivalCopyOptions {
  readonly database: Database;
  /** The row of `settings` that says up to which arrival the table is a copy. */
  readonly positionKey: string;
  /** The arrival after which a new copy begins; null = there is nothing before the newest row. */
  readonly start: (sql: Sql) => Promise<number | null>;
  /** Adds the rows with an arrival in (after, upTo]. */
  readonly copy: (sql: Sql, after: number, upTo: number) => Promise<void>;
}

export class ArrivalCopy {
  readonly #options: ArrivalCopyOptions;
  #copying: Promise<void> = Promise.resolve();
  #isClosed = false;

  constructor(options: ArrivalCopyOptions) {
    this.#options = options;
  }

  /** Takes over every row committed before the call, in several transactions. */
  follow(): Promise<void> {
    const following = this.#copying.then(async () => {
      const { database } = this.#options;
      let isDone = false;
      while (!isDone && !this.#isClosed)
        isDone = await database.transaction((sql) => this.#some(sql));
    });
    this.#copying = following.catch(() => {});
    return following;
  }

  /** The transaction also empties the table; `follow` fills it anew. */
  async restart(sql: Sql): Promise<void> {
    await this.lock(sql);
    await this.#write(sql, 0);
  }

  /** The position; whoever copies waits until this transaction ends. */
  lock(sql: Sql): Promise<number> {
    return lockPosition(sql, this.#options.positionKey);
  }

  close(): Promise<void> {
    this.#isClosed = true;
    return this.#copying;
  }

  /** True when nothing is left. */
  async #some(sql: Sql): Promise<boolean> {
    const { start, copy } = this.#options;
    const position = await this.lock(sql);
    const last = await lastArrival(sql);
    const after = position === 0 ? ((await start(sql)) ?? last) : position;
    const upTo = Math.min(last, after + COPIED_ROWS_MAX);
    if (upTo > after) await copy(sql, after, upTo);
    if (upTo > position) await this.#write(sql, upTo);
    return upTo >= last;
  }

  async #write(sql: Sql, arrival: number): Promise<void> {
    await sql.query(
      `update liqwatch.settings set value = jsonb_build_object('arrival', $2::bigint)
       where key = $1`,
      [this.#options.positionKey, arrival],
    );
  }
}

/** Up to which arrival a table is a copy; whoever copies waits until this transaction ends. */
export async function lockPosition(sql: Sql, positionKey: string): Promise<number> {
  await sql.query(
    `insert into liqwatch.settings (key, value) values ($1, '{"arrival": 0}')
     on conflict (key) do nothing`,
    [positionKey],
  );
  const [row = {}] = await sql.query(
    `select (value ->> 'arrival')::bigint as arrival from liqwatch.settings
     where key = $1 for update`,
    [positionKey],
  );
  return numberOf(row, "arrival");
}
