/** What a daemon left in its database, read after its end or beside it. */
import pg from "pg";
import { openEmbedded } from "../../src/store/postgres/embedded.ts";
import type { SqlRow } from "../../src/store/postgres/sql.ts";

export type Select = (text: string) => Promise<readonly SqlRow[]>;

/** Reads an embedded database; no daemon may run on it. */
export async function readEmbedded<T>(
  dataDir: string,
  read: (select: Select) => Promise<T>,
): Promise<T> {
  const database = await openEmbedded({ dataDir, snapshot: null }, async () => {});
  try {
    return await read((text) => database.query(text));
  } finally {
    await database.close();
  }
}

export async function readServer<T>(url: string, read: (select: Select) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await read(async (text) => (await client.query<SqlRow>(text)).rows);
  } finally {
    await client.end();
  }
}

/** `A-7.1` per incident that was told, in the order of the log: its first message at a target. */
export async function toldRefs(select: Select): Promise<readonly string[]> {
  const rows = await select(
    `select case incidents.kind when 'market' then 'M-' else 'A-' end || number || '.1' as ref
     from liqwatch.liquidation_alerts join liqwatch.incidents using (incident_id)
     where decision = 'opened' order by alert_number`,
  );
  return rows.map(({ ref }) => String(ref));
}

/** Rows of `deliveries` that neither a target shows nor another message tells. */
export async function undelivered(select: Select): Promise<readonly SqlRow[]> {
  return select(
    `select id, state, last_reason from liqwatch.deliveries where state not in ('delivered', 'merged')
       and (shown_revision = 0 or cardinality(alert_ids) > shown_alerts)`,
  );
}

/** What stands in the rows: per target the alerts that a shown message lists, and the messages. */
export interface Recorded {
  readonly alertIds: ReadonlySet<string>;
  /** Ids at the service of messages that are shown, with how many alerts their rows list. */
  readonly messageIds: ReadonlySet<string>;
}

export async function recordedFor(select: Select, target: string): Promise<Recorded> {
  const rows = await select(
    `select remote_id, alert_ids from liqwatch.deliveries
     where target = '${target}' and shown_revision > 0 and cardinality(alert_ids) = shown_alerts`,
  );
  const alertIds = rows.flatMap(({ alert_ids }) => (Array.isArray(alert_ids) ? alert_ids : []));
  return {
    alertIds: new Set(alertIds.map(String)),
    messageIds: new Set(rows.map(({ remote_id }) => String(remote_id).split("/").at(-1) ?? "")),
  };
}

/** Every alert that people are to be told. */
export async function toldAlertIds(select: Select): Promise<ReadonlySet<string>> {
  const rows = await select(
    `select alert_id from liqwatch.liquidation_alerts
     where decision in ('opened', 'escalated', 'reopened')`,
  );
  return new Set(rows.map(({ alert_id }) => String(alert_id)));
}
