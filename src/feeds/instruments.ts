/** What is known about every contract, by venue and symbol. Lookups only; REST is elsewhere. */
import { readFileSync } from "node:fs";
import { LiqError, messageOf } from "../errors.ts";
import type { VenueId } from "../liquidation.ts";
import { VENUE_IDS } from "../liquidation.ts";
import { isFields, isPositiveDecimal, isSymbol, parseJson, rejectOf } from "./fields.ts";
import type { Instrument, Reject } from "./venue.ts";

export class Instruments {
  readonly #byVenue = new Map<VenueId, Map<string, Instrument>>();

  /** By the name that frames give: `wireName` where a contract has one, else its symbol. */
  get(venue: VenueId, name: string): Instrument | null {
    return this.#byVenue.get(venue)?.get(name) ?? null;
  }

  list(venue: VenueId): readonly Instrument[] {
    return [...(this.#byVenue.get(venue)?.values() ?? [])];
  }

  /** The asset of every contract, as often as it is listed. */
  *assets(): IterableIterator<string> {
    for (const known of this.#byVenue.values()) for (const { asset } of known.values()) yield asset;
  }

  /** Adds or replaces; contracts not in `listed` stay, for late rows of delisted symbols. */
  add(venue: VenueId, listed: readonly Instrument[]): void {
    let known = this.#byVenue.get(venue);
    if (known === undefined) {
      known = new Map();
      this.#byVenue.set(venue, known);
    }
    for (const one of listed) known.set(one.wireName ?? one.symbol, one);
  }
}

/** The table that comes with liqwatch; the path holds in `src/` and in `dist/` alike. */
const BUNDLED = new URL("../../config/instruments.json", import.meta.url);

/** An instrument of a table file and the venue that lists it. */
interface Listed {
  readonly venue: VenueId;
  readonly instrument: Instrument;
}

/**
 * The contracts known without any network.
 * @throws LiqError LIQ_INSTRUMENT when the bundled table is missing or damaged
 */
export function bundledInstruments(): Instruments {
  const instruments = new Instruments();
  for (const { venue, instrument } of readBundle()) instruments.add(venue, [instrument]);
  return instruments;
}

function readBundle(): readonly Listed[] {
  let text: string;
  try {
    text = readFileSync(BUNDLED, "utf8");
  } catch (error) {
    const problem = `Cannot read the bundled instruments ${BUNDLED.pathname}: ${messageOf(error)}`;
    throw new LiqError("LIQ_INSTRUMENT", problem, { cause: error });
  }
  const { listed, rejects } = readTable(parseJson(text));
  const [first] = rejects;
  if (first === undefined) return listed;
  throw new LiqError("LIQ_INSTRUMENT", `Bundled instruments are damaged: ${first.detail}`);
}

/** True for a document in the format of `config/instruments.json`. */
export function isTable(document: unknown): boolean {
  return isFields(document) && Array.isArray(document.instruments);
}

/** Reads a document in the format of `config/instruments.json`; never throws. */
export function readTable(document: unknown): {
  readonly listed: readonly Listed[];
  readonly rejects: readonly Reject[];
} {
  const entries = isFields(document) ? document.instruments : undefined;
  if (!Array.isArray(entries)) {
    return { listed: [], rejects: [rejectOf("shape", "instruments", entries)] };
  }
  const listed: Listed[] = [];
  const rejects: Reject[] = [];
  for (const entry of entries) {
    const read = listedOf(entry);
    if (read !== null) listed.push(read);
    else rejects.push(rejectOf("shape", "instrument", isFields(entry) ? entry.symbol : entry));
  }
  return { listed, rejects };
}

function listedOf(entry: unknown): Listed | null {
  if (!isFields(entry)) return null;
  const venue = VENUE_IDS.find((id) => id === entry.venue);
  const { symbol, wireName, market, asset, quote, multiplier, isInverse, contractSize } = entry;
  if (venue === undefined || !isSymbol(symbol) || !isSymbol(market)) return null;
  if (!isSymbol(asset) || !isSymbol(quote) || typeof isInverse !== "boolean") return null;
  if (wireName !== undefined && !isSymbol(wireName)) return null;
  if (typeof multiplier !== "number" || !(multiplier >= 1)) return null;
  if (contractSize !== null && !isPositiveDecimal(contractSize)) return null;
  const known = { symbol, market, asset, multiplier, quote, isInverse, contractSize };
  return { venue, instrument: wireName === undefined ? known : { ...known, wireName } };
}
