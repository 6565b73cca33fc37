/** A package that one file (or folder) alone may import: three libraries, three replaceable lines. */
export const ONLY_IN: Readonly<Record<string, readonly string[]>> = {
  bullmq: ["jobs/queue"],
  ioredis: ["jobs/queue", "store/buckets-redis"],
  ws: ["feeds/feed", "feeds/simulator/"],
  "discord.js": ["notifiers/discord-rest", "commands/discord-client"],
  telegraf: ["notifiers/telegram-port", "commands/telegram-port"],
  pino: ["log-pino"],
  yaml: ["config/file"],
  fastify: ["api/"],
  "prom-client": ["api/metrics"],
  pg: ["store/"],
  "@electric-sql/pglite": ["store/"],
  "node-cron": ["store/vacuum"],
  "@resvg/resvg-js": ["pictures/paint-thread"],
};
