/** The two files that `init` writes, as texts: a short configuration, and the secrets apart. */
import type { Preset } from "../../config/defaults.ts";
import type { TelegramAnswers } from "./telegram.ts";
import type { VenueReach } from "./venues.ts";
import type { WebhookAnswers } from "./webhook.ts";

export interface Answers {
  readonly webhookUrl: string | null;
  readonly telegram: TelegramAnswers | null;
  readonly webhook: WebhookAnswers | null;
  readonly preset: Preset;
  /** Venues to leave out. */
  readonly venuesOff: readonly VenueReach[];
  readonly discordApi: string | null;
  readonly telegramApi: string | null;
}

/** Only what differs from the defaults; names in comments are one printable line each. */
export function configText(answers: Answers): string {
  const parts = [
    [
      "# liqwatch, written by `liqwatch init`. Only what differs from the defaults stands here; every",
      "# setting is explained in config/liqwatch.yaml and docs/configuration.md of the program.",
      "# Secrets are in .env beside this file. Saved changes are taken over while it runs.",
      "# `liqwatch check-config` with --config and this file tells every mistake at once.",
    ],
    [
      "# How much is worth a message: calm = half the money is enough, normal, busy = three times.",
      `preset: ${answers.preset}`,
    ],
    notifierLines(answers),
    botLines(answers),
    venueLines(answers),
    [
      "# More that people change (remove the # and one space):",
      "# http:",
      "#   port: 8787  # the page, on this machine only",
      "# rules:  # your own thresholds: config/examples/own-thresholds.yaml shows how",
    ],
  ];
  return parts
    .filter((lines) => lines.length > 0)
    .map((lines) => `${lines.join("\n")}\n`)
    .join("\n");
}

function notifierLines({ webhookUrl, telegram, webhook, discordApi, telegramApi }: Answers) {
  const discord = [
    "  discord:",
    `    webhookUrl: "\${DISCORD_WEBHOOK_URL}"`,
    ...apiLine(discordApi, 4),
    "    # minSeverity: LOW  # LOW, MEDIUM, HIGH or CRITICAL; nothing below it is sent",
  ];
  const bot = (answers: TelegramAnswers) => [
    "  telegram:",
    `    botToken: "\${TELEGRAM_BOT_TOKEN}"`,
    `    chatId: ${JSON.stringify(answers.chatId)}${comment(answers.title)}`,
    ...(answers.topicId === null ? [] : [`    topicId: ${answers.topicId}`]),
    ...apiLine(telegramApi, 4),
    "    # minSeverity: MEDIUM",
  ];
  const lines = [
    ...(webhookUrl === null ? [] : discord),
    ...(telegram === null ? [] : bot(telegram)),
    ...(webhook === null ? [] : hookLines(webhook)),
  ];
  if (lines.length > 0) return ["notifiers:  # where messages go", ...lines];
  return [
    "# Where messages go: with no target here they are written to the terminal.",
    "# notifiers:",
  ];
}

function hookLines({ allowPrivate }: WebhookAnswers): readonly string[] {
  return [
    "  hook:",
    `    url: "\${ALERT_WEBHOOK_URL}"`,
    `    secret: "\${ALERT_WEBHOOK_SECRET}"`,
    ...(allowPrivate ? ["    allowPrivate: true"] : []),
  ];
}

function botLines({ telegram, telegramApi }: Answers): readonly string[] {
  if (telegram === null || telegram.readers.length + telegram.admins.length === 0) return [];
  const { readers, admins } = telegram;
  return [
    "bots:  # who may ask (docs/bots.md)",
    "  telegram:",
    ...apiLine(telegramApi, 4),
    ...(readers.length === 0 ? [] : ["    readers:", "      chats:", ...entries(readers)]),
    ...(admins.length === 0 ? [] : ["    admins:", "      users:", ...entries(admins)]),
  ];
}

function entries(named: readonly { readonly id: string; readonly name: string }[]) {
  return named.map(({ id, name }) => `        - ${JSON.stringify(id)}${comment(name)}`);
}

function venueLines({ venuesOff }: Answers): readonly string[] {
  if (venuesOff.length === 0) return [];
  const lines = venuesOff.flatMap(({ venue }) => [
    `  ${venue}:`,
    "    enabled: false  # blocked where init was run",
  ]);
  return ["venues:  # all others are on", ...lines];
}

function apiLine(address: string | null, indent: number): readonly string[] {
  return address === null ? [] : [`${" ".repeat(indent)}apiBaseUrl: ${JSON.stringify(address)}`];
}

function comment(text: string | null): string {
  return text === null ? "" : `  # ${text}`;
}

/** Variables of the secrets that were given. */
export function secretsOf({
  webhookUrl,
  telegram,
  webhook,
}: Answers): Readonly<Record<string, string>> {
  return {
    ...(webhookUrl === null ? {} : { DISCORD_WEBHOOK_URL: webhookUrl }),
    ...(telegram === null ? {} : { TELEGRAM_BOT_TOKEN: telegram.botToken }),
    ...(webhook === null
      ? {}
      : { ALERT_WEBHOOK_URL: webhook.url, ALERT_WEBHOOK_SECRET: webhook.secret }),
  };
}

/** `before` with these variables set; its other lines stay as they are. */
export function envText(before: string | null, secrets: Readonly<Record<string, string>>): string {
  const left = new Map(Object.entries(secrets));
  const lines = (before ?? "# Secrets of liqwatch: keep them out of git and chats.\n").split("\n");
  if (lines.at(-1) === "") lines.pop();
  const kept = lines.flatMap((line) => {
    const name = /^\s*(?:export\s+)?(\w+)\s*=/.exec(line)?.[1] ?? "";
    if (!Object.hasOwn(secrets, name)) return [line];
    const value = left.get(name);
    // Set twice: one is enough.
    if (value === undefined) return [];
    left.delete(name);
    return [variableLine(name, value)];
  });
  return `${[...kept, ...[...left].map(([name, value]) => variableLine(name, value))].join("\n")}\n`;
}

/** Bare, as docker compose, systemd and shells all read it, unless a sign would be misread. */
function variableLine(name: string, value: string): string {
  return /^[\w:/.-]+$/.test(value) ? `${name}=${value}` : `${name}='${value}'`;
}
