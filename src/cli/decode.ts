/** `liqwatch decode VENUE [FILE]`: frames in, liquidations out, nothing kept and nothing sent. */
import { DEFAULT_USD_COINS } from "../config/defaults.ts";
import { LiqError } from "../errors.ts";
import { VENUES, venueById } from "../feeds/index.ts";
import { addInstrumentFile } from "../feeds/instrument-file.ts";
import { bundledInstruments } from "../feeds/instruments.ts";
import type { IntakeFrame } from "../feeds/intake.ts";
import type { Venue } from "../feeds/venue.ts";
import type { Liquidation, Reject } from "../liquidation.ts";
import { isQuarantined } from "../liquidation.ts";
import { didYouMean } from "../nearest.ts";
import { parseArguments } from "./arguments.ts";
import { FrameLines } from "./frame-lines.ts";
import type { CliIo } from "./io.ts";
import { readLines } from "./lines.ts";
import { COMMANDS } from "./table.ts";

/**
 * Writes one JSON liquidation per line to stdout and refused rows as JSON lines to stderr. Frames
 * that cannot be read are no failure of the command.
 * @returns the exit code, 0
 * @throws LiqError LIQ_COMMAND for an unknown venue, wrong arguments or an unreadable file
 */
export async function decode(args: readonly string[], io: CliIo): Promise<number> {
  const { venue, file, instrumentFile } = readArguments(args);
  const instruments = bundledInstruments();
  if (instrumentFile !== null) await addInstrumentFile(instrumentFile, { venue, instruments });
  const frames = new FrameLines(venue, { instruments, usdCoins: DEFAULT_USD_COINS });
  for await (const line of readLines(file ?? io.stdin)) {
    const frame = frames.read(line);
    if (frame !== null) tell(frame, line.number, io);
  }
  return 0;
}

function readArguments(args: readonly string[]): {
  venue: Venue;
  file: string | null;
  instrumentFile: string | null;
} {
  const { positionals, values } = parseArguments(COMMANDS.decode, args);
  const [id = "", file = "-"] = positionals;
  const venue = venueById(id);
  if (venue !== null) {
    return { venue, file: file === "-" ? null : file, instrumentFile: values.instruments };
  }
  const known = VENUES.map((one) => one.id);
  const problem = `Unknown venue ${JSON.stringify(id)}; venues: ${known.join(", ")}`;
  throw new LiqError("LIQ_COMMAND", `${problem}${didYouMean(id, known)}`);
}

function tell(frame: IntakeFrame, line: number, io: CliIo): void {
  for (const reject of frame.rejects) tellReject(reject, line, io);
  for (const row of frame.liquidations) {
    if (isQuarantined(row)) tellReject(futureOf(row), line, io);
    else io.out(`${JSON.stringify(printed(row))}\n`);
  }
}

function tellReject(
  { reason, detail }: { reason: Reject["reason"] | "future"; detail: string },
  line: number,
  io: CliIo,
): void {
  io.err(`${JSON.stringify({ line, code: "LIQ_DECODE", reason, detail })}\n`);
}

function futureOf(row: Liquidation): { reason: "future"; detail: string } {
  const aheadMs = row.occurredAtMs - row.receivedAtMs;
  const detail = `occurredAtMs is ${row.occurredAtMs}, ${aheadMs} ms ahead of receivedAtMs`;
  return { reason: "future", detail };
}

/** The fields of SPEC 1 in their documented order; USD with at most two decimals. */
function printed(row: Liquidation): Record<string, unknown> {
  const { notionalCents } = row;
  return {
    venue: row.venue,
    symbol: row.symbol,
    market: row.market,
    asset: row.asset,
    positionSide: row.positionSide,
    kind: row.kind,
    price: row.price,
    priceKind: row.priceKind,
    size: row.size,
    notionalUsd: notionalCents === null ? null : notionalCents / 100,
    occurredAtMs: row.occurredAtMs,
    receivedAtMs: row.receivedAtMs,
    orderKey: row.orderKey,
    history: row.history,
    dedupeKey: row.dedupeKey,
  };
}
