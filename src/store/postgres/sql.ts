/** One way of talking SQL to both drivers. Everything above it is plain SQL with schema names. */
import type { QueuePool } from "./pool.ts";

/** Values that both drivers write alike. JSON goes as text made by `sqlJson`. */
export type SqlValue = string | number | boolean | null | readonly string[];

/** One row as it comes back; read it with `rows.ts`, never with a cast. */
export type SqlRow = Readonly<Record<string, unknown>>;

export interface Sql {
  /** One statement with `$1` parameters. bigint columns come back as numbers. */
  query(text: string, params?: readonly SqlValue[]): Promise<readonly SqlRow[]>;
  /** Several statements without parameters, or one that takes none (VACUUM must stand alone). */
  run(text: string): Promise<void>;
}

export interface Database extends Sql {
  readonly kind: "embedded" | "postgres";
  /**
   * The only place with BEGIN. `run` may be called again after a serialization failure or a
   * deadlock, so it must do nothing but SQL.
   */
  transaction<T>(run: (sql: Sql) => Promise<T>): Promise<T>;
  /** What BullMQ's Postgres backend works on; its objects live in the schema `bullmq`. */
  readonly queuePool: QueuePool;
  close(): Promise<void>;
}

const UNSTORABLE = /\\(?:\\|u(?:0000|d[89a-f][0-9a-f]{2}))/g;

/**
 * JSON text that Postgres accepts: it refuses NUL and half surrogates, which a hostile venue could
 * put into a symbol to block every commit. They become U+FFFD, the sign for an unreadable character.
 */
export function sqlJson(value: unknown): string {
  return JSON.stringify(value).replace(UNSTORABLE, (found) =>
    found === "\\\\" ? found : "\\ufffd",
  );
}

/** A text as the database will hold it; see `sqlJson`. */
export function sqlText(text: string): string {
  const written: unknown = JSON.parse(sqlJson(text));
  return String(written);
}
