/** Pure readings of a venue's list of contracts, for the venue files. Nothing here throws. */
import { canonicalDecimal, multiply, parseDecimal } from "../decimal.ts";
import type { Fields } from "./fields.ts";
import { isFields, isPositiveDecimal, rejectOf } from "./fields.ts";
import type { Instrument, Reject } from "./venue.ts";

/** The exact product of two decimal texts, null when one of them is not a positive decimal. */
export function productText(left: unknown, right: unknown): string | null {
  if (!isPositiveDecimal(left) || !isPositiveDecimal(right)) return null;
  const [a, b] = [parseDecimal(left), parseDecimal(right)];
  if (a === null || b === null) return null;
  const product = multiply(a, b);
  return canonicalDecimal(`${product.units}e-${product.scale}`);
}

/** Reads one page of a listing; an entry that cannot be read is refused by its name. */
export function readListing(
  listed: unknown,
  instrumentOf: (entry: Fields) => Instrument | null,
): { instruments: Instrument[]; next: null; rejects: Reject[] } {
  const instruments: Instrument[] = [];
  const rejects: Reject[] = [];
  if (!Array.isArray(listed)) rejects.push(rejectOf("shape", "listing", listed));
  for (const entry of Array.isArray(listed) ? listed : []) {
    const instrument = isFields(entry) ? instrumentOf(entry) : null;
    if (instrument !== null) instruments.push(instrument);
    else {
      rejects.push(rejectOf("shape", "listing entry", isFields(entry) ? nameOf(entry) : entry));
    }
  }
  return { instruments, next: null, rejects };
}

/** What venues call a contract: Gate `name`, HTX `contract_code` (its `symbol` is the coin). */
function nameOf(entry: Fields): unknown {
  return entry.contract_code ?? entry.symbol ?? entry.instId ?? entry.name;
}

const DAY_TEXT_START = 2;
const DAY_TEXT_END = 10;

/** `-261225` for a contract that is delivered on that day (UTC), as ccxt writes dated markets. */
export function deliverySuffix(deliveryMs: number): string {
  const day = new Date(deliveryMs).toISOString().slice(DAY_TEXT_START, DAY_TEXT_END);
  return `-${day.replaceAll("-", "")}`;
}

/** Powers of ten before the coin (`1000PEPE`, `1MBABYDOGE`, `kPEPE`); `1INCH` is a coin. */
const MULTIPLIER_BEFORE = /^(?:(10{3,8})(?=\p{L})|(1M)(?=[A-Z]{4})|(k)(?=[A-Z]{3}))(.+)$/u;

/** Bybit lists `SHIB1000`: the same thing, written behind the coin. */
const MULTIPLIER_BEHIND = /^([A-Z]{3,})1000$/;

/** Splits a venue's base into the canonical asset and the coins of it in one venue base unit. */
export function splitMultiplier(base: string): { asset: string; multiplier: number } {
  const before = MULTIPLIER_BEFORE.exec(base);
  if (before !== null) {
    const [, digits, million, , asset] = before;
    const multiplier = digits !== undefined ? Number(digits) : million !== undefined ? 1e6 : 1000;
    return { asset: asset ?? base, multiplier };
  }
  const behind = MULTIPLIER_BEHIND.exec(base);
  if (behind !== null) return { asset: behind[1] ?? base, multiplier: 1000 };
  return { asset: base, multiplier: 1 };
}
