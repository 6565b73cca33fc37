/** `liqwatch migrate`: brings the database up to this version's schema and says what it did. */
import { loadSettings } from "../config.ts";
import { createLog } from "../log-pino.ts";
import { nodeRuntime } from "../runtime-node.ts";
import type { MigrationReport } from "../store/migrate.ts";
import { migrateInThread } from "../store/thread.ts";
import { parseArguments } from "./arguments.ts";
import type { Command } from "./io.ts";
import { COMMANDS } from "./table.ts";

export const migrate: Command = async (args, io) => {
  const { values } = parseArguments(COMMANDS.migrate, args);
  const settings = loadSettings({
    file: values.config,
    env: io.environment(values.config),
    needsNotifiers: false,
  });
  const { database, redis, dataDir } = settings;
  // Steps are told below; only warnings belong on stderr besides.
  const log = createLog({ level: "warn", isTty: true, write: (text) => io.err(text) });
  const report = await migrateInThread({
    settings: {
      databaseUrl: database.url,
      redisUrl: redis.url,
      dataDir,
      targets: [],
      label: null,
      logLevel: "warn",
      retention: null,
    },
    log,
    runtime: nodeRuntime,
  });
  const place = database.url === null ? `embedded, in ${dataDir}` : "Postgres";
  io.out(values.json ? `${JSON.stringify(report)}\n` : textOf(report, place));
  return 0;
};

function textOf({ applied, version }: MigrationReport, place: string): string {
  if (applied.length === 0) return `Schema is up to date: version ${version} (${place})\n`;
  const steps = applied.map((step) => `  ${step.version} ${step.name}\n`).join("");
  return `Schema brought to version ${version} (${place})\n${steps}`;
}
