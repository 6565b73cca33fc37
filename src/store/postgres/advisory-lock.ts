/**
 * The right to decide on a Postgres server: an advisory lock on a connection of its own, which the
 * server gives to the next process as soon as that connection ends.
 */
import pg from "pg";
import { messageOf } from "../../errors.ts";
import type { Runtime } from "../../runtime.ts";

/** "liqdecid" in ASCII as a bigint: one lock per database. */
const DECIDER_LOCK_KEY = "7811899704662518116";

/** How often a standby asks, and how often the holder makes sure that its connection lives. */
const POLL_MS = 2_000;

/** An answer that takes longer counts as a dead connection. */
const ANSWER_MS_MAX = 4_000;

/**
 * The server ends the session of a holder that was stopped or cut off and no longer asks; it is an
 * option of Postgres 14 and later.
 */
const HOLDER_SILENCE_MS_MAX = 6_000;

/** The server notices a vanished holder after 3 + 2 x 1 s, so that a standby takes over within 10 s. */
const KEEPALIVE = "-c tcp_keepalives_idle=3 -c tcp_keepalives_interval=1 -c tcp_keepalives_count=2";

export interface AdvisoryLockOptions {
  readonly url: string;
  readonly runtime: Pick<Runtime, "sleep">;
  /** Asked whenever another session holds the lock: false = stop waiting for it. */
  readonly onHeld: () => Promise<boolean>;
  /** The server could not be asked; it is asked again. */
  readonly onAbsent: (error: unknown) => void;
}

export interface HeldLock {
  /** Resolves with the reason when the connection is gone; never after `release`. */
  readonly lost: Promise<string>;
  release(): Promise<void>;
}

/** Waits until this process holds the lock, however long; null when `onHeld` gave up. */
export async function acquireAdvisoryLock(
  options: AdvisoryLockOptions,
  signal: AbortSignal,
): Promise<HeldLock | null> {
  for (;;) {
    try {
      const client = await tryLock(options.url);
      if (client !== null) return hold(client, options.runtime);
      if (!(await options.onHeld())) return null;
    } catch (error) {
      options.onAbsent(error);
    }
    await options.runtime.sleep(POLL_MS, signal);
  }
}

/** null when another session holds the lock. */
async function tryLock(url: string): Promise<pg.Client | null> {
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: ANSWER_MS_MAX,
    query_timeout: ANSWER_MS_MAX,
    keepAlive: true,
    options: KEEPALIVE,
    application_name: "liqwatch decider",
  });
  // Without a listener an error of the connection would end the process.
  client.on("error", () => {});
  try {
    await client.connect();
    const answer = await client.query<{ held: unknown }>(
      "select pg_try_advisory_lock($1) as held",
      [DECIDER_LOCK_KEY],
    );
    if (answer.rows[0]?.held === true) {
      await client.query(`set idle_session_timeout = ${HOLDER_SILENCE_MS_MAX}`).catch(() => {});
      return client;
    }
  } catch (error) {
    await endQuietly(client);
    throw error;
  }
  await endQuietly(client);
  return null;
}

function hold(client: pg.Client, runtime: Pick<Runtime, "sleep">): HeldLock {
  const released = new AbortController();
  const lost = new Promise<string>((resolve) => {
    client.on("error", (error) => resolve(messageOf(error)));
    client.on("end", () => resolve("the connection ended"));
    watch(client, runtime, released.signal).catch((error: unknown) => resolve(messageOf(error)));
  });
  return {
    lost: lost.then((reason) => (released.signal.aborted ? new Promise(() => {}) : reason)),
    async release() {
      released.abort();
      await endQuietly(client);
    },
  };
}

/** A connection may die without a word: asking it finds out. */
async function watch(
  client: pg.Client,
  runtime: Pick<Runtime, "sleep">,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    await runtime.sleep(POLL_MS, signal);
    await client.query("select 1");
  }
}

async function endQuietly(client: pg.Client): Promise<void> {
  await client.end().catch(() => {});
}
