/** Fixtures of what venues answer besides liquidations, and contracts to read them by. */
import { readFileSync } from "node:fs";
import type { Instrument } from "../../src/feeds/venue.ts";
import type { VenueId } from "../../src/liquidation.ts";

/** The message of a fixture line, by a part of its source. */
export function answerOf(venue: VenueId, source: string): unknown {
  const lines = readFileSync(`test/fixtures/${venue}.ndjson`, "utf8").trim().split("\n");
  const found = lines.map((line) => JSON.parse(line)).find((line) => line.source.includes(source));
  if (found === undefined) throw new Error(`No fixture of ${venue} from ${source}`);
  return found.message;
}

/** A linear perpetual in USDT, unless said. */
export function contractOf(symbol: string, over: Partial<Instrument> = {}): Instrument {
  const asset = over.asset ?? symbol.replace(/[-_]?USDT.*$/, "");
  const quote = over.quote ?? "USDT";
  const market = `${asset}/${quote}:${over.isInverse === true ? asset : quote}`;
  const base = { symbol, market, asset, multiplier: 1, quote, isInverse: false };
  return { ...base, contractSize: null, ...over };
}
