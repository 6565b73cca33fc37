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

/** Every told row of the alert log as a target sees it: `A-7.1`. */
export async function toldRefs(select: Select): Promise<readonly string[]> {
  const rows = await select(
    `select case incidents.kind when 'market' then 'M-' else 'A-' end || number || '.'
       || (detail ->> 'telling') as ref
     from liqwatch.liquidation_alerts join liqwatch.incidents using (incident_id)
     where decision <> 'suppressed' order by alert_number`,
  );
  return rows.map(({ ref }) => String(ref));
}

/** Rows of `deliveries` that are not delivered. */
export async function undelivered(select: Select): Promise<readonly SqlRow[]> {
  return select(
    "select id, state, last_reason from liqwatch.deliveries where state <> 'delivered'",
  );
}
