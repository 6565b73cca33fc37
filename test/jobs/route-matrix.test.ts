/**
 * Routes as a configuration writes them, over several servers and chats: every combination against
 * a second, plain reading of SPEC 7 and 12.
 */
import { describe, expect, test } from "vitest";
import type { Decision } from "../../src/alert.ts";
import { targetsOf } from "../../src/jobs/route.ts";
import type { PositionSide, VenueId } from "../../src/liquidation.ts";
import type { Scope } from "../../src/rule.ts";
import { linesOf, load, RULE } from "../config/loading.ts";
import { decision, snapshot } from "../render/samples.ts";

const LEVELS = ["LOW", "MEDIUM", "HIGH", "CRITICAL"] as const;
type Level = (typeof LEVELS)[number];

/** One of each service, some twice: a name is a place, not a service. */
const TARGETS: Readonly<Record<string, { readonly entry: string; readonly minSeverity: Level }>> = {
  server1: {
    entry: `type: discord, webhookUrl: "https://discord.com/api/webhooks/1/aaa"`,
    minSeverity: "LOW",
  },
  server2: {
    entry: `type: discord, webhookUrl: "https://discord.com/api/webhooks/2/bbb"`,
    minSeverity: "HIGH",
  },
  chat1: {
    entry: `type: telegram, botToken: "${"1".repeat(9)}:${"a".repeat(35)}", chatId: 1`,
    minSeverity: "MEDIUM",
  },
  program: {
    entry: `type: webhook, url: "https://example.com/a", secret: "${"s".repeat(16)}"`,
    minSeverity: "CRITICAL",
  },
};

/** One entry of `notify` as people write it. */
interface Entry {
  readonly target: string;
  readonly minSeverity?: Level;
  readonly assets?: readonly string[];
  readonly venues?: readonly VenueId[];
  readonly sides?: readonly PositionSide[];
}
/** `@majors` of the defaults. */
const MAJORS = ["BTC", "ETH"];

const NOTIFIES: readonly (readonly Entry[] | null)[] = [
  null,
  [],
  [{ target: "server1" }, { target: "chat1" }],
  [
    { target: "server1", minSeverity: "HIGH" },
    { target: "server2", minSeverity: "LOW" },
  ],
  [
    { target: "server1", assets: ["@majors"] },
    { target: "chat1", assets: ["ETH", "SOL"] },
  ],
  [
    { target: "server1", venues: ["okx", "gate"] },
    { target: "server2", sides: ["short"] },
  ],
  // The same place by two ways: either of them is enough, and one message is.
  [
    { target: "server1", assets: ["SOL"] },
    { target: "server1", sides: ["long"], minSeverity: "MEDIUM" },
  ],
  [
    { target: "program" },
    { target: "program", assets: ["BTC"], venues: ["bybit"], sides: ["long"] },
    {
      target: "chat1",
      assets: ["BTC"],
      venues: ["bybit"],
      sides: ["long"],
      minSeverity: "CRITICAL",
    },
  ],
];

interface Subject {
  readonly scope: Scope;
  readonly scopeKey: string;
  readonly asset: string | null;
  /** Of the scope. */
  readonly venue: VenueId | null;
  readonly positionSide: PositionSide | null;
}
const SUBJECTS: readonly Subject[] = [
  { scope: "market", scopeKey: "market", asset: null, venue: null, positionSide: null },
  { scope: "asset", scopeKey: "BTC", asset: "BTC", venue: null, positionSide: null },
  { scope: "asset", scopeKey: "SOL", asset: "SOL", venue: null, positionSide: null },
  { scope: "asset+side", scopeKey: "ETH:short", asset: "ETH", venue: null, positionSide: "short" },
  { scope: "asset+side", scopeKey: "BTC:long", asset: "BTC", venue: null, positionSide: "long" },
  { scope: "asset+venue", scopeKey: "BTC@okx", asset: "BTC", venue: "okx", positionSide: null },
];

interface Window {
  readonly longs: number;
  readonly shorts: number;
  readonly venues: readonly VenueId[];
}
const WINDOWS: readonly Window[] = [
  { longs: 90, shorts: 10, venues: ["bybit", "okx"] },
  { longs: 10, shorts: 90, venues: ["binance"] },
  { longs: 50, shorts: 50, venues: ["gate", "bybit"] },
  // Windows of 15 min and more do not say which venues.
  { longs: 70, shorts: 30, venues: [] },
];

function decisionOf({ scope, scopeKey }: Subject, severity: Level, window: Window): Decision {
  const { longs, shorts, venues } = window;
  return decision({
    ...{ scope, scopeKey, severity },
    window: snapshot({
      ...{ longCents: longs, shortCents: shorts },
      byVenue: venues.map((name) => ({ name, notionalCents: 1, orders: 1 })),
    }),
  });
}

/** The plain reading: who is to be told, sorted. */
function expected(
  notify: readonly Entry[] | null,
  subject: Subject,
  severity: Level,
  window: Window,
): string[] {
  const level = (name: Level): number => LEVELS.indexOf(name);
  const seenSides = new Set<PositionSide>();
  if (subject.positionSide !== null) seenSides.add(subject.positionSide);
  else if (window.longs >= 70) seenSides.add("long");
  else if (window.shorts >= 70) seenSides.add("short");
  else for (const either of ["long", "short"] as const) seenSides.add(either);
  const wants = (entry: Entry): boolean => {
    if (level(severity) < level(entry.minSeverity ?? "LOW")) return false;
    const assets = (entry.assets ?? []).flatMap((one) => (one === "@majors" ? MAJORS : [one]));
    if (assets.length > 0 && !assets.some((one) => one === subject.asset)) return false;
    const wanted = entry.venues ?? [];
    const there = subject.venue === null ? window.venues : [subject.venue];
    if (wanted.length > 0 && there.length > 0 && !there.some((one) => wanted.includes(one))) {
      return false;
    }
    const sides = entry.sides ?? [];
    return sides.length === 0 || sides.some((one) => seenSides.has(one));
  };
  const names = new Set<string>();
  for (const [name, { minSeverity }] of Object.entries(TARGETS)) {
    if (level(severity) < level(minSeverity)) continue;
    for (const entry of notify ?? Object.keys(TARGETS).map((target) => ({ target }))) {
      if (entry.target === name && wants(entry)) names.add(name);
    }
  }
  return [...names].sort();
}

function settingsOf(notify: readonly Entry[] | null) {
  const notifiers = Object.entries(TARGETS).map(
    ([name, { entry, minSeverity }]) => `${name}: { ${entry}, minSeverity: ${minSeverity} }`,
  );
  const text = `notifiers: { ${notifiers.join(", ")} }
rules: [{ ${RULE}, notify: ${JSON.stringify(notify)} }]`;
  return load(text);
}

describe("routes", () => {
  test.each(NOTIFIES.map((notify) => [JSON.stringify(notify), notify] as const))(
    "%s tells whom a plain reading tells, each once",
    (_, notify) => {
      const { rules, targets } = settingsOf(notify);
      let told = 0;
      for (const subject of SUBJECTS) {
        for (const severity of LEVELS) {
          for (const window of WINDOWS) {
            const names = targetsOf(
              decisionOf(subject, severity, window),
              rules[0]?.notify ?? null,
              targets,
            );
            const where = JSON.stringify({ subject, severity, window });
            expect([...names].sort(), where).toEqual(expected(notify, subject, severity, window));
            expect(new Set(names).size, where).toBe(names.length);
            told += names.length;
          }
        }
      }
      expect(told > 0).toBe(notify === null || notify.length > 0);
    },
  );

  test("an unknown target is a mistake with its place and what was meant", () => {
    const rule = (notify: string) => `rules: [{ ${RULE}, notify: ${notify} }]`;
    const expectedNames = "one of discord, telegram, hook, console";
    expect(linesOf(rule("[console, discrod]"))).toEqual([
      `rules[0].notify[1]: "discrod", ${expectedNames}; did you mean discord?`,
    ]);
    expect(linesOf(rule("[{ target: consol, minSeverity: HIGHEST, sides: [up] }]"))).toEqual([
      'rules[0].notify[0].minSeverity: "HIGHEST", one of LOW, MEDIUM, HIGH, CRITICAL',
      'rules[0].notify[0].sides[0]: "up", one of long, short',
      `rules[0].notify[0]: "consol", ${expectedNames}; did you mean console?`,
    ]);
  });
});
