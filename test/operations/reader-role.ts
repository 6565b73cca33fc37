/** Makes the role of deploy/postgres/reader.sql in a database, and asks as that role. */
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import pg from "pg";

export interface Reader {
  query(sql: string): Promise<pg.QueryResult<Record<string, unknown>>>;
  /** Ends its connection and removes the role, which belongs to the whole server. */
  remove(): Promise<void>;
}

export async function makeReader(url: string): Promise<Reader> {
  const role = `liqwatch_reader_${randomBytes(4).toString("hex")}`;
  const password = "it's a secret";
  const owner = new pg.Client({ connectionString: url });
  await owner.connect();
  await owner.query(readerSql(role, password));
  const address = new URL(url);
  address.username = role;
  address.password = encodeURIComponent(password);
  const client = new pg.Client({ connectionString: address.href });
  await client.connect();
  return {
    query: (sql) => client.query(sql),
    async remove() {
      await client.end();
      await owner.query(`drop owned by ${role}; drop role ${role}`);
      await owner.end();
    },
  };
}

/** What psql would send: its own commands are carried out here. */
function readerSql(role: string, password: string): string {
  return readFileSync("deploy/postgres/reader.sql", "utf8")
    .replace(/^\\getenv reader_password .*\n/m, "")
    .replaceAll(":'reader_password'", pg.escapeLiteral(password))
    .replaceAll("liqwatch_reader", role);
}
