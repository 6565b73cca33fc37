/** The one place that knows both: the same case through the oracle and through `replay`. */
import { replayLines } from "../../src/cli/replay.ts";
import { sortedJson } from "../../src/cli/report.ts";
import { bundledInstruments } from "../../src/feeds/instruments.ts";
import { type Difference, firstDifference } from "./difference.ts";
import { plainReplay } from "./plain-replay.ts";
import { described, shrink } from "./shrinking.ts";
import { type OracleCase, randomCase } from "./streams.ts";

/** USD coins play no part in event files, whose money is in USD already. */
const USD_COINS = ["USDT", "USDC", "FDUSD", "USDe", "DAI"];
const instruments = bundledInstruments();
const assetOf = (...[venue, symbol]: Parameters<typeof instruments.get>): string | null =>
  instruments.get(venue, symbol)?.asset ?? null;

/** `peaks` is not in the oracle: no source says at which moments they are read. */
const UNREAD_KEYS = ["peaks"];

/** The reading that the engine has of rows older than 25 h; `plain-replay.ts` says both. */
const ANCIENT_ROWS_ENTER_INCIDENTS = false;

export type EngineRun = ReturnType<typeof replayLines>;

export function engineRun(
  { lines, rules, atEnd }: Pick<OracleCase, "lines" | "rules" | "atEnd">,
  state: EngineRun["state"] | null = null,
): EngineRun {
  const end = atEnd === undefined ? {} : { atEnd };
  return replayLines(lines, { rules, usdCoins: USD_COINS, instruments, state, ...end });
}

/** Exactly the bytes that `replay --report json` prints. */
export function engineBytes(run: EngineRun): string {
  return sortedJson(run.report);
}

export function differenceFromEngine(oracleCase: OracleCase): Difference | null {
  const { lines, rules, atEnd } = oracleCase;
  const end = atEnd === undefined ? {} : { atEnd };
  const options = { assetOf, ancientRowsEnterIncidents: ANCIENT_ROWS_ENTER_INCIDENTS, ...end };
  const expected: unknown = JSON.parse(JSON.stringify(plainReplay(lines, rules, options)));
  const printed: unknown = JSON.parse(engineBytes(engineRun(oracleCase)));
  return firstDifference(expected, withoutUnread(printed));
}

function withoutUnread(report: unknown): unknown {
  if (typeof report !== "object" || report === null) return report;
  return Object.fromEntries(Object.entries(report).filter(([key]) => !UNREAD_KEYS.includes(key)));
}

/** Null when all seeds agree; else the first that does not, shrunken, ready to be read. */
export function firstDisagreement(fromSeed: number, toSeed: number): string | null {
  for (let seed = fromSeed; seed <= toSeed; seed += 1) {
    const found = randomCase(seed);
    if (differenceFromEngine(found) === null) continue;
    const smallest = shrink(found, (smaller) => differenceFromEngine(smaller) !== null);
    const at = differenceFromEngine(smallest);
    const headline = `${at?.path}: the plain reading gives ${at?.expected}, the engine ${at?.actual}`;
    return `${headline}\n${described(smallest)}`;
  }
  return null;
}
