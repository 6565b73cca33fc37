/** Every command: what it is for and what it takes. Data only, read by help, docs and commands. */
import type { CommandInfo } from "./arguments.ts";

const CONFIG = {
  kind: "text",
  value: "F",
  summary: "configuration file (default: liqwatch.yaml or config/liqwatch.yaml, if there is one)",
} as const;
const URL_OPTION = {
  kind: "text",
  value: "U",
  summary: "the daemon's address (default: http.host and http.port of the configuration)",
} as const;
const JSON_FLAG = { kind: "flag", summary: "machine-readable output on stdout" } as const;

export const COMMANDS = {
  run: {
    name: "run",
    summary: "the daemon: listen, decide, tell people",
    positionals: [],
    options: {
      config: CONFIG,
      demo: {
        kind: "flag",
        summary: "local venue simulators and local inboxes; no network, no account",
      },
      venues: { kind: ["all"], value: "all", summary: "with --demo: every venue, not three" },
      for: { kind: "duration", value: "20s", summary: "stop this long after being ready" },
      record: { kind: "text", value: "DIR", summary: "write down everything heard, for replay" },
      json: { kind: "flag", summary: "one line at the end: the run summary" },
    },
    notes: ["The page's address is printed on stderr. Ctrl-C stops in order, twice at once."],
  },
  init: {
    name: "init",
    summary: "the first set-up: asks for Discord and Telegram, tries them out, writes the files",
    positionals: [],
    options: {
      out: { kind: "text", value: "DIR", summary: "where the files go (default: here)" },
      "discord-webhook": { kind: "text", value: "URL", summary: "a channel's webhook" },
      "telegram-token": { kind: "text", value: "T", summary: "a bot's token from @BotFather" },
      "telegram-chat": { kind: "text", value: "ID", summary: "such as -1001234567890 or @channel" },
      "telegram-topic": { kind: "number", value: "N", summary: "a topic of a group with topics" },
      webhook: {
        kind: "text",
        value: "URL",
        summary: "a program that takes alerts as signed JSON",
      },
      "allow-private": {
        kind: "flag",
        summary: "the webhook may be http, on this machine or in a private network",
      },
      wait: {
        kind: "duration",
        value: "D",
        summary: "how long it looks out for a Telegram chat (default: 2m)",
      },
      "no-test": { kind: "flag", summary: "send no TEST message" },
      "no-venues": { kind: "flag", summary: "do not try the venues" },
      yes: {
        kind: "flag",
        summary: "ask nothing; files that are there are replaced, a copy is kept",
      },
      "discord-api": { kind: "text", value: "U", summary: "a proxy or local server for Discord" },
      "telegram-api": { kind: "text", value: "U", summary: "a proxy or local server for Telegram" },
      json: {
        kind: "flag",
        summary: "one JSON line on stdout at the end; the talk goes to stderr",
      },
    },
    notes: [
      "Writes liqwatch.yaml, and .env (mode 0600) with the secrets. Nothing is written before the end: Ctrl-C changes nothing.",
      "Without a terminal answers are read from standard input, a line each; or everything is given with --yes. Secrets on a command line can be seen by others on the machine: DISCORD_WEBHOOK_URL, TELEGRAM_BOT_TOKEN, TELEGRAM_CHAT_ID, ALERT_WEBHOOK_URL and ALERT_WEBHOOK_SECRET in the environment are taken too.",
    ],
  },
  decode: {
    name: "decode",
    summary: "frames of a venue to liquidations, one JSON line each",
    positionals: [
      { name: "VENUE", isRequired: true, summary: "a venue such as binance" },
      { name: "FILE", isRequired: false, summary: "one frame per line; standard input if none" },
    ],
    options: {
      instruments: {
        kind: "text",
        value: "F",
        summary: "contract details (default: the bundled table)",
      },
      json: { kind: "flag", summary: "accepted; the output is JSON in any case" },
    },
    notes: ["Rejects go to stderr, one JSON line each."],
  },
  replay: {
    name: "replay",
    summary: "a file of events or recorded lines through the same engine, sending nothing",
    positionals: [
      { name: "FILE", isRequired: true, summary: "NDJSON, .gz or a folder of them; - is stdin" },
    ],
    options: {
      config: CONFIG,
      report: { kind: ["json"], value: "json", summary: "the whole report as one JSON line" },
      speed: { kind: "number", value: "N", summary: "N times real time (default: no waiting)" },
      "at-end": {
        kind: ["resolve"],
        value: "resolve",
        summary: "after the last line tick on until everything is over",
      },
      "save-state": { kind: "text", value: "F", summary: "write the state after the last line" },
      state: { kind: "text", value: "F", summary: "go on from a saved state" },
      json: { kind: "flag", summary: "the same as --report json" },
    },
    notes: ["Same input, same bytes."],
  },
  backtest: {
    name: "backtest",
    summary: "what configurations would have told of a file, side by side, sending nothing",
    positionals: [
      { name: "FILE", isRequired: true, summary: "NDJSON, .gz or a folder of them; - is stdin" },
    ],
    options: {
      config: {
        kind: "text",
        value: "F",
        summary: "a configuration to try; several are read in one pass (default: as run finds it)",
        repeats: true,
      },
      json: JSON_FLAG,
    },
    notes: [
      "Targets count although their secrets are not set here: nothing is sent.",
      "A day is 24 h from the first line on; the median leaves out a last day that is cut.",
    ],
  },
  record: {
    name: "record",
    summary: "what the venues say, written to files that replay reads",
    positionals: [],
    options: {
      venues: { kind: "text", value: "V,V", summary: "only these venues (default: all enabled)" },
      out: { kind: "text", value: "DIR", summary: "folder of the files (default: recordings)" },
      for: { kind: "duration", value: "1h", summary: "stop after this long" },
      config: CONFIG,
      json: JSON_FLAG,
    },
    notes: [
      "Gzipped parts of an hour or 256 MiB of text; beyond 10 GiB the oldest are deleted.",
      "A running daemon records what it decides on with `run --record DIR`.",
    ],
  },
  "check-config": {
    name: "check-config",
    summary: "every mistake of a configuration at once, or what it would do",
    positionals: [{ name: "FILE", isRequired: false, summary: "the same as --config FILE" }],
    options: { config: CONFIG, json: JSON_FLAG },
    notes: [],
  },
  "test-alert": {
    name: "test-alert",
    summary: "a TEST message to one target or to all, and whether it arrived",
    positionals: [{ name: "TARGET", isRequired: false, summary: "a name under notifiers" }],
    options: { url: URL_OPTION, config: CONFIG, json: JSON_FLAG },
    notes: [
      "With http.adminToken a running daemon sends it, and takes a target that it has parked into use again when the message arrives. Else this command sends it, past database and queue.",
      "Exit 1 when one target did not take the message.",
    ],
  },
  snapshot: {
    name: "snapshot",
    summary: "ask the venues once for open interest, funding and prices; needs no daemon",
    positionals: [
      { name: "ASSET", isRequired: false, summary: "such as BTC; the largest if none" },
    ],
    options: { config: CONFIG, json: JSON_FLAG },
    notes: [
      "Open interest is one-sided and in USD, rates are per 8 h. Venues that do not answer are named.",
    ],
  },
  totals: {
    name: "totals",
    summary: "ask a running daemon for the money of the last 15 min to 24 h",
    positionals: [{ name: "ASSET", isRequired: false, summary: "such as BTC; all if none" }],
    options: {
      window: {
        kind: ["15m", "1h", "4h", "12h", "24h"],
        value: "24h",
        summary: "how far back: 15m, 1h, 4h, 12h or 24h (default: 24h)",
      },
      venue: { kind: "text", value: "V", summary: "one venue alone" },
      url: URL_OPTION,
      config: CONFIG,
      json: JSON_FLAG,
    },
    notes: ["Figures are always at least: venues show less than they liquidate."],
  },
  alerts: {
    name: "alerts",
    summary: "ask a running daemon for its log of alerts, newest first",
    positionals: [],
    options: {
      suppressed: { kind: "flag", summary: "those that are or were held back, with the reason" },
      deliveries: {
        kind: "text",
        value: "ID",
        summary: "every attempt to tell one alert: its id, or its number such as A-20417",
      },
      limit: { kind: "number", value: "N", summary: "at most N, up to 500 (default: 100)" },
      url: URL_OPTION,
      config: CONFIG,
      json: JSON_FLAG,
    },
    notes: [
      "A number is that of an incident, which may have been told several times; it is looked for in the newest 500 alerts.",
    ],
  },
  migrate: {
    name: "migrate",
    summary: "bring the database schema up to date",
    positionals: [],
    options: { config: CONFIG, json: JSON_FLAG },
    notes: ["`run` does this by itself."],
  },
  help: {
    name: "help",
    summary: "this list, or the help of one command",
    positionals: [{ name: "COMMAND", isRequired: false, summary: "a command of this list" }],
    options: {},
    notes: [],
  },
} as const satisfies Readonly<Record<string, CommandInfo>>;

export type CommandName = keyof typeof COMMANDS;
