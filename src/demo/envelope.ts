/** The published shape of a real crash: how many liquidations when, and of which assets. */
import { readFileSync } from "node:fs";
import { z } from "zod";
import { LiqError, messageOf } from "../errors.ts";

/** The path holds in `src/` and in `dist/` alike. */
const FILE = new URL("../../config/examples/october-10-2025.json", import.meta.url);

const Envelope = z.object({
  what: z.string(),
  source: z.string(),
  timelineBins: z
    .array(z.object({ second: z.number().min(0), liquidations: z.int().min(0) }))
    .min(2),
  assets: z
    .array(
      z.object({
        asset: z.string().min(1),
        liquidationNotionalUsd: z.number().positive(),
        liquidations: z.int().positive(),
      }),
    )
    .min(1),
});

export interface EnvelopeAsset {
  /** Canonical base: the source's `kPEPE` is PEPE. */
  readonly asset: string;
  readonly liquidations: number;
  /** Mean money of one liquidation, USD. */
  readonly meanUsd: number;
}

export interface Envelope {
  /** Where the figures come from, in words. */
  readonly source: string;
  /** Rising seconds since the start; a bin lasts until the next one begins. */
  readonly bins: readonly { readonly second: number; readonly liquidations: number }[];
  readonly assets: readonly EnvelopeAsset[];
}

/** @throws LiqError LIQ_CONFIG when the file that comes with liqwatch is missing or damaged */
export function readEnvelope(): Envelope {
  try {
    return envelopeOf(JSON.parse(readFileSync(FILE, "utf8")));
  } catch (error) {
    const problem = `Cannot read the demo's envelope ${FILE.pathname}: ${messageOf(error)}`;
    throw new LiqError("LIQ_CONFIG", problem, { cause: error });
  }
}

function envelopeOf(document: unknown): Envelope {
  const { source, timelineBins, assets } = Envelope.parse(document);
  return {
    source,
    bins: timelineBins,
    assets: assets.map(({ asset, liquidations, liquidationNotionalUsd }) => ({
      // Hyperliquid writes thousands of a coin with a small k.
      asset: /^k[A-Z]/.test(asset) ? asset.slice(1) : asset,
      liquidations,
      meanUsd: liquidationNotionalUsd / liquidations,
    })),
  };
}
