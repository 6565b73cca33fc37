/** `liqwatch check-config`: every mistake at once, or what would run. Connects to nothing. */

import { MAJORS, type MarketWideLimits } from "../cascade.ts";
import { ConfigError } from "../config/mistakes.ts";
import { loadSettings, type Settings } from "../config.ts";
import { formatDuration } from "../duration.ts";
import { LiqError } from "../errors.ts";
import type { TargetSettings } from "../notifiers/notifier.ts";
import { centsOfUsd, formatUsd } from "../render/money.ts";
import type { NotifyRoute, Rule } from "../rule.ts";
import { LEVELS } from "../thresholds.ts";
import { parseArguments } from "./arguments.ts";
import type { CliIo, Command } from "./io.ts";
import { COMMANDS } from "./table.ts";

export const checkConfig: Command = async (args, io) => {
  const { values, positionals } = parseArguments(COMMANDS["check-config"], args);
  const file = positionals[0] ?? values.config;
  if (positionals[0] !== undefined && values.config !== null) {
    throw new LiqError("LIQ_COMMAND", "FILE and --config name two files, expected one");
  }
  try {
    const settings = loadSettings({ file, env: io.environment(file) });
    io.out(values.json ? `${JSON.stringify(summaryOf(settings))}\n` : textOf(settings));
    return 0;
  } catch (thrown) {
    if (!values.json || !(thrown instanceof LiqError)) throw thrown;
    return tellMistakes(thrown, io);
  }
};

function tellMistakes(error: LiqError, io: CliIo): number {
  const mistakes =
    error instanceof ConfigError
      ? error.mistakes
      : [{ path: "(file)", value: error.message, expected: "a readable file", line: null }];
  io.out(`${JSON.stringify({ ok: false, mistakes })}\n`);
  return error.exitCode;
}

/** The machine form. No secrets: targets by name and type only. */
function summaryOf(settings: Settings) {
  const { host, port, adminToken } = settings.http;
  return {
    ok: true,
    file: settings.file,
    preset: settings.preset,
    venues: settings.venues.map(({ id, enabled }) => ({ venue: id, enabled })),
    rules: settings.rules,
    targets: settings.targets.map(({ name, type, purpose, minSeverity }) => {
      return { name, type, purpose, minSeverity };
    }),
    off: settings.off,
    bots: { discord: settings.bots.discord !== null, telegram: settings.bots.telegram !== null },
    database: settings.database.url === null ? "embedded" : "postgres",
    queue: settings.redis.url === null ? "database" : "redis",
    dataDir: settings.dataDir,
    http: { host, port, hasAdmin: adminToken !== null },
    log: settings.log,
  };
}

function textOf(settings: Settings): string {
  const { venues, rules, targets, off, http } = settings;
  const on = venues.filter((venue) => venue.enabled).map((venue) => venue.id);
  const isEmbedded = settings.database.url === null;
  const queue = settings.redis.url === null ? "in the database" : "Redis";
  const lines = [
    `Configuration is right: ${settings.file ?? "no file, defaults only"}`,
    row("venues", on.join(", ")),
    ...rules.flatMap(wordsOfRule).map((words, at) => row(at === 0 ? "rules" : "", words)),
    ...(rules.length === 0 ? [row("rules", "none: nothing will be told")] : []),
    ...(isAnyBotOn(settings) ? [row("", OVERRIDES)] : []),
    ...targets.map((target, at) => row(at === 0 ? "targets" : "", wordsOfTarget(target))),
    ...off.map(({ name, missing }) => row("", `${name}: off, ${missing.join(", ")} not set`)),
    row("bots", wordsOfBots(settings.bots)),
    row("database", isEmbedded ? `embedded, in ${settings.dataDir}` : "Postgres"),
    row("queue", queue),
    row("page", http.port === 0 ? `${http.host}, any port` : `http://${http.host}:${http.port}`),
  ];
  return `${lines.join("\n")}\n`;
}

/** The database is not opened here. */
const OVERRIDES = "(the file's; what admins set with /thresholds is in the database, over these)";

function isAnyBotOn({ bots }: Settings): boolean {
  return bots.discord !== null || bots.telegram !== null;
}

/** The bots that are on, by name. */
function wordsOfBots(bots: Settings["bots"]): string {
  const names = (["discord", "telegram"] as const).filter((name) => bots[name] !== null);
  return names.length === 0 ? "none" : names.join(", ");
}

function wordsOfTarget({ name, type, purpose, minSeverity }: TargetSettings): string {
  const what = purpose === "ops" ? "for the operator, no alerts" : `${minSeverity} and above`;
  return `${name} (${type}): on, ${what}`;
}

function row(name: string, text: string): string {
  return `  ${name.padEnd(10)}${text}`;
}

/** `majors: BTC, ETH, each: money in 5m at $1.50M / $5.00M / $20.0M / $60.0M, again after 10m`. */
function wordsOfRule(rule: Rule): readonly string[] {
  const { low, medium, high, critical } = rule.thresholds;
  const figures = [low, medium, high, critical].map((figure) => formatLevel(rule, figure));
  const floor = rule.floorUsd > 0 ? `, from ${formatUsd(centsOfUsd(rule.floorUsd))} on` : "";
  const places = (rule.notify ?? []).map(wordsOfRoute);
  const told = places.length === 0 ? "told to nobody" : `told to ${places.join(", ")}`;
  const window = formatDuration(rule.windowMs);
  const what = `${METRIC_WORDS[rule.metric]} in ${window} at ${figures.join(" / ")}${floor}`;
  const again = `again after ${formatDuration(rule.cooldownMs)}`;
  const only = rule.marketWide === undefined ? "" : `, ${wordsOfCondition(rule.marketWide)}`;
  const own = Object.entries(rule.thresholdsByAsset ?? {}).map(([asset, levels]) => {
    const figuresOf = LEVELS.flatMap((level) => {
      const figure = levels[level];
      return figure === undefined ? [] : [`${level.toUpperCase()} ${formatLevel(rule, figure)}`];
    });
    return `${rule.name} for ${asset}: ${figuresOf.join(", ")}`;
  });
  return [`${rule.name}: ${subjectOf(rule)}: ${what}${only}, ${again}, ${told}`, ...own];
}

/** `while 4 assets (2 but BTC and ETH) are in cascade, $5.00M, 70 % of one side`. */
function wordsOfCondition(limits: MarketWideLimits): string {
  const { assets, othersThanMajors, floorUsd, oneSidePct } = limits;
  const others = `${othersThanMajors} but ${[...MAJORS].join(" and ")}`;
  const money = formatUsd(centsOfUsd(floorUsd));
  return `while ${assets} assets (${others}) are in cascade, ${money}, ${oneSidePct} % of one side`;
}

/** `telegram (HIGH and above, BTC, okx, longs only)`; a target alone takes everything. */
function wordsOfRoute({ target, minSeverity, assets, venues, sides }: NotifyRoute): string {
  const only = [...assets, ...venues, ...sides.map((name) => `${name}s`)].join(", ");
  const parts = [
    ...(minSeverity === null ? [] : [`${minSeverity} and above`]),
    ...(only === "" ? [] : [`${only} only`]),
  ];
  return parts.length === 0 ? target : `${target} (${parts.join(", ")})`;
}

const METRIC_WORDS = {
  notionalUsd: "money",
  count: "orders",
  largestUsd: "largest row",
  usdPerSecond: "money per second",
  openInterestDropPct: "fall of open interest",
  timesNormal: "money against the usual",
  cascadeScore: "cascade score",
  riskScore: "risk score",
} as const;

function formatLevel({ metric }: Rule, figure: number): string {
  if (metric === "timesNormal") return `${figure}x`;
  if (metric === "openInterestDropPct") return `${figure}%`;
  return metric === "count" || metric === "cascadeScore" || metric === "riskScore"
    ? String(figure)
    : formatUsd(centsOfUsd(figure));
}

function subjectOf({ scope, filter }: Rule): string {
  const assets = filter.assets.length === 0 ? "all assets" : filter.assets.join(", ");
  const except = filter.excludeAssets.length === 0 ? "" : ` but ${filter.excludeAssets.join(", ")}`;
  const only = [...filter.venues, ...filter.sides.map((name) => `${name}s`)];
  const where = only.length === 0 ? "" : ` (${only.join(", ")} only)`;
  const each = { market: "together", asset: "each", "asset+side": "each, longs and shorts apart" };
  const how = scope === "asset+venue" ? "each on each venue" : each[scope];
  return `${assets}${except}${where}, ${how}`;
}
