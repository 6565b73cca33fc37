/** The one place that knows both: the same case through the oracle and through `replay`. */
import type { CascadeLimits } from "../../src/cascade.ts";
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

/** A case, and for some of them the limits of cascades. */
type RunCase = Pick<OracleCase, "lines" | "rules" | "atEnd"> & { readonly cascade?: CascadeLimits };

export function engineRun(
  { lines, rules, atEnd, cascade }: RunCase,
  state: EngineRun["state"] | null = null,
): EngineRun {
  const some = { ...(atEnd && { atEnd }), ...(cascade && { cascade }) };
  return replayLines(lines, { rules, usdCoins: USD_COINS, instruments, state, ...some });
}

/** Exactly the bytes that `replay --report json` prints. */
export function engineBytes(run: EngineRun): string {
  return sortedJson(run.report);
}

/** The bytes of a run that is stopped after `cut` lines, saved as text, and gone on with. */
export function bytesOfCutRun(whole: RunCase, cut: number): string {
  const head = engineRun({ ...whole, lines: whole.lines.slice(0, cut), atEnd: undefined });
  return engineBytes(engineRun({ ...whole, lines: whole.lines.slice(cut) }, saved(head)));
}

/** The bytes of a run that is saved as text after every line. */
export function bytesOfStitchedRun(whole: RunCase): string {
  let state: EngineRun["state"] | null = null;
  for (const line of whole.lines) {
    state = saved(engineRun({ ...whole, lines: [line], atEnd: undefined }, state));
  }
  return engineBytes(engineRun({ ...whole, lines: [] }, state));
}

/** The state as a file would give it back. */
function saved(run: EngineRun): EngineRun["state"] {
  const state: EngineRun["state"] = JSON.parse(JSON.stringify(run.state));
  return state;
}

export function differenceFromEngine(
  oracleCase: OracleCase & { readonly cascade?: CascadeLimits },
): Difference | null {
  const { lines, rules, atEnd, cascade } = oracleCase;
  const some = { ...(atEnd && { atEnd }), ...(cascade && { cascade }) };
  const options = { assetOf, ancientRowsEnterIncidents: ANCIENT_ROWS_ENTER_INCIDENTS, ...some };
  const expected: unknown = JSON.parse(JSON.stringify(plainReplay(lines, rules, options)));
  const printed: unknown = JSON.parse(engineBytes(engineRun(oracleCase)));
  return firstDifference(expected, withoutUnread(printed));
}

function withoutUnread(report: unknown): unknown {
  if (typeof report !== "object" || report === null) return report;
  return Object.fromEntries(Object.entries(report).filter(([key]) => !UNREAD_KEYS.includes(key)));
}

/** Null when all seeds agree; else the first that does not, shrunken, ready to be read. */
export function firstDisagreement(
  fromSeed: number,
  toSeed: number,
  caseOf: (seed: number) => OracleCase = randomCase,
): string | null {
  for (let seed = fromSeed; seed <= toSeed; seed += 1) {
    const found = caseOf(seed);
    if (differenceFromEngine(found) === null) continue;
    const smallest = shrink(found, (smaller) => differenceFromEngine(smaller) !== null);
    const at = differenceFromEngine(smallest);
    const headline = `${at?.path}: the plain reading gives ${at?.expected}, the engine ${at?.actual}`;
    return `${headline}\n${described(smallest)}`;
  }
  return null;
}
