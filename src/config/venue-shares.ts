/** The usual shares of venues that come with liqwatch, until they are measured. */
import { readFileSync } from "node:fs";
import { z } from "zod";
import { LiqError, messageOf } from "../errors.ts";
import { VENUE_IDS, type VenueId } from "../liquidation.ts";

/** The path holds in `src/` and in `dist/` alike. */
const BUNDLED = new URL("../../config/venue-shares.json", import.meta.url);

const SharesFile = z.strictObject({
  source: z.url(),
  sentence: z.string(),
  notionalUsd: z.partialRecord(z.enum(VENUE_IDS), z.number().positive()),
});

/**
 * Published money by venue, in USD.
 * @throws LiqError LIQ_CONFIG when the bundled file is missing or damaged
 */
export function bundledShares(): Readonly<Partial<Record<VenueId, number>>> {
  try {
    return SharesFile.parse(JSON.parse(readFileSync(BUNDLED, "utf8"))).notionalUsd;
  } catch (error) {
    const why = `File ${BUNDLED.pathname} cannot be read: ${messageOf(error)}`;
    throw new LiqError("LIQ_CONFIG", why, { cause: error });
  }
}
