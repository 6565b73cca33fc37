/** Who may import whom, as data. The first layer whose `files` fit a path is the path's layer. */

export interface Layer {
  readonly name: string;
  /** Paths below src, without .ts; a trailing slash means the whole folder. */
  readonly files: readonly string[];
  /** What else of ours it may import, in the same spelling; its own files always. */
  readonly ours: readonly string[];
  /** Packages, and `node:*`. */
  readonly packages: readonly string[];
  readonly why: string;
}

/** Domain words, contracts of the impure world and small pure helpers that everybody may use. */
export const WORDS = [
  "alert",
  "delivery-log",
  "chart",
  "cascade",
  "coverage",
  "liquidation",
  "rule",
  "pace",
  "score",
  "price-level",
  "usual",
  "errors",
  "runtime",
  "log",
  "decimal",
  "duration",
  "nearest",
  "scrub",
  "queries",
  "notice",
  "mute",
  "inboxes",
  "thresholds",
  "market-context",
  "metrics",
  "venue-facts",
  "story",
] as const;

export const LAYERS: readonly Layer[] = [
  {
    name: "domain words",
    files: WORDS,
    ours: [],
    packages: [],
    why: "everybody builds on them, so they build on nothing but each other",
  },
  {
    name: "windows",
    files: ["windows/"],
    ours: [],
    packages: [],
    why: "pure: the same rows give the same windows live, in replay and in tests",
  },
  {
    name: "severity",
    files: ["severity/"],
    ours: ["windows/"],
    packages: [],
    why: "pure: the engine is a fold over its inputs",
  },
  {
    name: "stories",
    files: ["stories/"],
    ours: ["render/subject"],
    packages: [],
    why: "pure: the same decisions give the same messages, after a restart too",
  },
  {
    name: "venues",
    files: ["feeds/venues/"],
    ours: ["feeds/venue", "feeds/fields", "feeds/listing", "feeds/force-order"],
    packages: ["zod"],
    why: "a venue is a value; one that knew a socket, a clock or another venue would not be",
  },
  {
    name: "venue contract",
    files: ["feeds/venue", "feeds/fields", "feeds/listing", "feeds/force-order", "feeds/sink"],
    ours: ["feeds/venue"],
    packages: ["zod"],
    why: "what every venue is made of",
  },
  {
    name: "simulators",
    files: ["feeds/simulator/"],
    ours: ["feeds/"],
    packages: ["ws", "node:*"],
    why: "they speak the venues' protocols for demo and tests only",
  },
  {
    name: "feeds",
    files: ["feeds/"],
    ours: ["feeds/venues/"],
    packages: ["ws", "zod", "node:*"],
    why: "a feed hands rows on and does not know who takes them",
  },
  {
    name: "context",
    files: ["context/"],
    ours: [
      ...["feeds/backoff", "feeds/endpoint", "feeds/fields", "feeds/rest"],
      ...["feeds/venue", "feeds/instruments", "feeds/normalize", "feeds/pace"],
    ],
    packages: [],
    why: "asks venues for what is no liquidation; who judges by it is not its business",
  },
  {
    name: "recording",
    files: ["recording/"],
    ours: ["feeds/sink"],
    packages: ["node:*"],
    why: "writes down what the feeds hand on, and knows no venue",
  },
  {
    name: "configuration",
    files: ["config", "config/"],
    ours: [
      "config/",
      "feeds/index",
      "feeds/instruments",
      "notifiers/notifier",
      "notifiers/special-addresses",
      "commands/bot",
    ],
    packages: ["zod", "yaml", "node:*"],
    why: "settings name venues and targets and start neither",
  },
  {
    name: "render",
    files: ["render/"],
    ours: ["notifiers/notifier"],
    packages: [],
    why: "pure: the same decision gives the same text",
  },
  {
    name: "pictures",
    files: ["pictures/"],
    ours: [],
    packages: ["@resvg/resvg-js", "node:*"],
    why: "paints what it is given, in a thread of its own",
  },
  {
    name: "charts",
    files: ["live-charts"],
    ours: ["render/"],
    packages: [],
    why: "from figures to a picture for whoever asks; who paints is handed in",
  },
  {
    name: "notifiers",
    files: ["notifiers/"],
    ours: ["render/"],
    packages: ["discord.js", "telegraf", "zod", "node:*"],
    why: "one attempt at one service; retrying belongs to jobs",
  },
  {
    name: "store",
    files: ["store/"],
    ours: ["notifiers/notifier"],
    packages: ["pg", "@electric-sql/pglite", "ioredis", "node-cron", "node:*"],
    why: "the truth depends on nothing that can be replaced",
  },
  {
    name: "jobs",
    files: ["jobs/"],
    ours: ["notifiers/notifier", "store/store", "store/delivery-store", "render/"],
    packages: ["bullmq", "ioredis", "node:*"],
    why: "from delivery rows to attempts; feeds, windows and severity are not its business",
  },
  {
    name: "commands and api",
    files: ["commands/", "api/"],
    ours: ["render/"],
    packages: ["fastify", "prom-client", "zod", "discord.js", "telegraf", "node:*"],
    why: "they ask through queries.ts and see neither SQL nor sockets of venues",
  },
  {
    name: "demo",
    files: ["demo/"],
    ours: ["feeds/", "feeds/simulator/", "render/"],
    packages: ["zod", "ws", "node:*"],
    why: "local services that the daemon meets over the wire, as it meets the real ones",
  },
  {
    name: "decide loop and read model",
    files: [
      "decide",
      "refill",
      "preview",
      "live-queries",
      "live-controls",
      "live-thresholds",
      "threshold-drafts",
      "live/",
    ],
    ours: [
      "windows/",
      "severity/",
      "stories/",
      "store/store",
      "feeds/feed-status",
      "feeds/venue",
      "feeds/sink",
      "config/mistakes",
      "config/overrides",
    ],
    packages: [],
    why: "the one loop steps the engine and commits; sockets and notifiers are elsewhere",
  },
  {
    name: "what the operator is told",
    files: ["ops/"],
    ours: ["store/store", "feeds/feed-status", "feeds/legibility"],
    packages: [],
    why: "a fold over how things are, and the desk that stores what it gives",
  },
  {
    name: "the real world",
    files: ["runtime-node", "log-pino", "shutdown"],
    ours: [],
    packages: ["pino", "node:*"],
    why: "implementations of the interfaces that everybody else takes",
  },
  {
    name: "wiring",
    files: [
      "charting",
      "daemon",
      "context-keeper",
      "deciding",
      "listen",
      "watching",
      "operator",
      "reload",
      "reprice",
      "store-events",
      "test-message",
      "worker",
      "cli/",
      "main",
    ],
    ours: ["*"],
    packages: ["node:*"],
    why: "wires everything, and is imported by nobody else",
  },
];

/** Only wiring may import these. */
export const TOP: readonly string[] = [
  "charting",
  "context-keeper",
  "daemon",
  "deciding",
  "listen",
  "watching",
  "operator",
  "reload",
  "reprice",
  "store-events",
  "test-message",
  "worker",
  "cli/",
  "main",
];

/** True when `path` (below src, without .ts) is one of `patterns`. */
export function fits(path: string, patterns: readonly string[]): boolean {
  return patterns.some((pattern) => {
    return pattern === "*" || (pattern.endsWith("/") ? path.startsWith(pattern) : path === pattern);
  });
}

/** Wiring is tested as a process, where only its effects show: which suite does it. */
export const TESTED_AS_PROCESS: Readonly<Record<string, string>> = {
  main: "test/main.test.ts",
  worker: "test/store/thread.test.ts",
  daemon: "test/daemon/demo.test.ts",
  deciding: "test/daemon/warm-start.test.ts",
  watching: "test/daemon/coverage.test.ts",
  listen: "test/daemon/warm-start.test.ts",
  operator: "test/operator.test.ts",
  charting: "test/daemon/demo.test.ts",
  "pictures/paint-thread": "test/pictures/painter.test.ts",
  "store-events": "test/daemon/standby.test.ts",
};
