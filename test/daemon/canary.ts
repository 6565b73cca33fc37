/** Secrets that sing when they get out: made up for one run, looked for in everything it left. */
import { Redis } from "ioredis";
import type { WebhookReceiver } from "../fakes/webhook-receiver.ts";
import { freePort } from "../real/run-folder.ts";
import type { Select } from "./stored.ts";

/** Each of them is a secret of its own kind; texts are as long as the real ones. */
export const SECRETS = {
  webhookToken: "canaryWebhook_0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJKLMNOP",
  telegramToken: "7000000001:AAcanaryTelegram-0123456789abcdefghij",
  refusedTelegramToken: "7000000002:AAcanaryRefused-0123456789abcdefghijk",
  discordToken: "MTAwMDAwMDAwMDAwMDAwMDAw.canary.Discord-token-of-a-test-1234567",
  receiverSecret: "canary-receiver-secret-0123456789",
  receiverPath: "canary-receiver-path-0123456789",
  adminToken: "canary-admin-token-0123456789",
  databasePassword: "canary:database/pass@word",
  redisPassword: "canary-redis-password",
  mistypedWebhook: "canaryMistyped_0123456789-abcdefghijklmnopq",
  mistypedToken: "canary mistyped token",
} as const;

/** The kinds of secrets, and their other spellings, that stand in `text`. */
export function secretsIn(text: string, others: Readonly<Record<string, string>> = {}): string[] {
  return Object.entries({ ...SECRETS, ...others }).flatMap(([kind, secret]) => {
    const spellings = [
      secret,
      encodeURIComponent(secret),
      Buffer.from(secret).toString("base64").replace(/=+$/, ""),
      // Without the public id in front.
      secret.split(":").at(-1) ?? secret,
    ];
    return spellings.some((spelling) => text.includes(spelling)) ? [kind] : [];
  });
}

/** Every row of every table that is not the server's own, as text, by table. */
export async function allRows(select: Select): Promise<ReadonlyMap<string, string>> {
  const tables = await select(
    `select table_schema as schema, table_name as name from information_schema.tables
     where table_schema not in ('pg_catalog', 'information_schema') and table_type = 'BASE TABLE'`,
  );
  const texts = new Map<string, string>();
  for (const { schema, name } of tables) {
    const rows = await select(`select one::text as text from "${schema}"."${name}" one`);
    texts.set(`${schema}.${name}`, rows.map(({ text }) => String(text)).join("\n"));
  }
  return texts;
}

/** Every key with its whole value, as text, by key. */
export async function allKeys(url: string): Promise<ReadonlyMap<string, string>> {
  const redis = new Redis(url);
  const texts = new Map<string, string>();
  try {
    for (const key of await redis.keys("*")) texts.set(key, await readKey(redis, key));
  } finally {
    redis.disconnect();
  }
  return texts;
}

async function readKey(redis: Redis, key: string): Promise<string> {
  const kind = await redis.type(key);
  const read = async (): Promise<unknown> => {
    if (kind === "hash") return redis.hgetall(key);
    if (kind === "list") return redis.lrange(key, 0, -1);
    if (kind === "set") return redis.smembers(key);
    if (kind === "zset") return redis.zrange(key, "0", "-1");
    if (kind === "stream") return redis.xrange(key, "-", "+");
    return redis.get(key);
  };
  return JSON.stringify(await read());
}

/** One that works; one refused, one away, and one that leads where it must not. */
export async function webhooks({ port }: WebhookReceiver) {
  const { receiverSecret: secret, receiverPath } = SECRETS;
  const to = (address: string) => ({ type: "webhook", secret, url: `${address}/${receiverPath}` });
  return {
    program: { ...to(`http://127.0.0.1:${port}/right`), allowPrivate: true },
    doorkeeper: { ...to(`http://127.0.0.1:${port}/wrong`), allowPrivate: true },
    absent: { ...to(`http://127.0.0.1:${await freePort()}`), allowPrivate: true },
    inside: to(`https://localhost:${port}`),
  };
}
