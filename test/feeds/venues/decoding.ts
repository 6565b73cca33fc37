/** A frame of a venue read as live: decoded, then normalized with what the venue lists. */
import { Instruments } from "../../../src/feeds/instruments.ts";
import { normalizeRows } from "../../../src/feeds/normalize.ts";
import type { Decoded, Instrument, Venue } from "../../../src/feeds/venue.ts";
import type { Liquidation } from "../../../src/liquidation.ts";

const CONTEXT = { receivedAtMs: null, subscribedAtMs: null };
const RECEIVED_AT_MS = 1_791_435_200_000;

/** A text is a frame as it is, anything else its JSON. */
export function decodeWith(venue: Venue, message: unknown): Decoded {
  const text = typeof message === "string" ? message : JSON.stringify(message);
  return venue.decode(text, venue.start(), CONTEXT);
}

/** What the rows of a frame are worth, with the contracts given. */
export function liquidationsOf(
  venue: Venue,
  message: unknown,
  listed: readonly Instrument[],
): readonly Liquidation[] {
  const instruments = new Instruments();
  instruments.add(venue.id, listed);
  const { rows } = decodeWith(venue, message);
  const usdCoins = ["USDT", "USDC"];
  const context = { venue, instruments, receivedAtMs: RECEIVED_AT_MS, usdCoins };
  return normalizeRows(rows, context).liquidations;
}

/** The contracts that one page of the venue's source with this number lists. */
export function listedBy(venue: Venue, source: number, page: unknown): readonly Instrument[] {
  return venue.instruments[source]?.parse(page).instruments ?? [];
}
