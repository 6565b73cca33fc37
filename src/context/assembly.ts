/**
 * From entries by contract to one reading by asset: units into coins and USD, rates and price of the
 * main contract. It remembers which contracts an asset's open interest was made of, so that an answer
 * without one of them is not taken for positions that were closed.
 */
import { isUsdCoin } from "../feeds/normalize.ts";
import type { Instrument } from "../feeds/venue.ts";
import type { AssetReading, Funding, OpenInterest } from "../market-context.ts";
import type { ContextSource, ContractEntry } from "./source.ts";

/** After so many rounds without it a contract is gone: delivered, or no longer listed. */
export const GONE_AFTER_ROUNDS = 3;

const HOUR_MS = 3_600_000;
/** `BTC/USDT:USDT-261225`: a contract that is delivered; it has no funding. */
const DATED = /-\d{6}$/;
/** Which linear contract speaks for its asset. */
const MAIN_QUOTES = ["USDT", "USDC"];

export interface AssemblyOptions {
  readonly source: Pick<ContextSource, "unit" | "fundingIntervalHours">;
  readonly contractOf: (symbol: string) => Instrument | null;
  /** Coins that count as US dollars, besides USD itself. */
  readonly usdCoins: readonly string[];
}

/** A contract, and what is known of it in this round. */
interface Known {
  readonly contract: Instrument;
  readonly entry: ContractEntry;
}

/** What an asset's open interest was made of. */
interface Composition {
  symbols: ReadonlySet<string>;
  /** Rounds in a row in which one of them was missing. */
  missing: number;
}

export class Assembly {
  readonly #options: AssemblyOptions;
  readonly #compositions = new Map<string, Composition>();

  constructor(options: AssemblyOptions) {
    this.#options = options;
  }

  /** By asset; assets without anything that can be used are left out. */
  read(
    entries: ReadonlyMap<string, ContractEntry>,
    nowMs: number,
  ): Readonly<Record<string, AssetReading>> {
    const readings: Record<string, AssetReading> = {};
    for (const [asset, known] of this.#byAsset(entries)) {
      const main = known.filter(isPerpetual).sort(byRank)[0];
      const reading = {
        openInterest: this.#openInterest(asset, known),
        funding: main === undefined ? null : this.#funding(main.entry, nowMs),
        price: main === undefined ? null : priceOf(main),
      };
      if (Object.values(reading).some((value) => value !== null)) readings[asset] = reading;
    }
    return readings;
  }

  #byAsset(entries: ReadonlyMap<string, ContractEntry>): ReadonlyMap<string, Known[]> {
    const assets = new Map<string, Known[]>();
    for (const entry of entries.values()) {
      const contract = this.#options.contractOf(entry.symbol);
      if (contract === null || !this.#isInUsd(contract)) continue;
      const known = assets.get(contract.asset) ?? [];
      known.push({ contract, entry });
      assets.set(contract.asset, known);
    }
    return assets;
  }

  #isInUsd({ quote }: Instrument): boolean {
    return isUsdCoin(quote, this.#options.usdCoins);
  }

  #openInterest(asset: string, known: readonly Known[]): OpenInterest | null {
    const counted = known.flatMap((one) => {
      const amount = this.#amountOf(one);
      return amount === null ? [] : [{ symbol: one.contract.symbol, ...amount }];
    });
    if (counted.length === 0 || !this.#isWhole(asset, counted)) return null;
    const sum = (amount: "coins" | "inverseUsd") =>
      counted.reduce((total, one) => total + one[amount], 0);
    return { coins: sum("coins"), inverseUsd: sum("inverseUsd"), contracts: counted.length };
  }

  /** False while a contract is missing that was there before and may come back. */
  #isWhole(asset: string, counted: readonly { readonly symbol: string }[]): boolean {
    const symbols = new Set(counted.map(({ symbol }) => symbol));
    const known = this.#compositions.get(asset) ?? { symbols, missing: 0 };
    this.#compositions.set(asset, known);
    const isMissing = [...known.symbols].some((symbol) => !symbols.has(symbol));
    known.missing = isMissing ? known.missing + 1 : 0;
    if (isMissing && known.missing < GONE_AFTER_ROUNDS) return false;
    known.symbols = symbols;
    known.missing = 0;
    return true;
  }

  #amountOf({ contract, entry }: Known): Pick<OpenInterest, "coins" | "inverseUsd"> | null {
    const { openInterest } = entry;
    const unit = contract.isInverse
      ? this.#options.source.unit.inverse
      : this.#options.source.unit.linear;
    if (openInterest === undefined || unit === "unknown") return null;
    const perUnit = unit === "contracts" ? Number(contract.contractSize ?? Number.NaN) : 1;
    const amount = openInterest * perUnit;
    if (!Number.isFinite(amount)) return null;
    if (contract.isInverse) return { coins: 0, inverseUsd: amount };
    return { coins: amount * contract.multiplier, inverseUsd: 0 };
  }

  #funding(entry: ContractEntry, nowMs: number): Funding | null {
    const { fundingRate: rate, nextFundingRate, settledFundingRate } = entry;
    const intervalHours = entry.fundingIntervalHours ?? this.#options.source.fundingIntervalHours;
    if (rate === undefined || intervalHours === null) return null;
    return {
      ...{ rate, intervalHours },
      nextRate: nextFundingRate ?? null,
      settledRate: settledFundingRate ?? null,
      // Intervals begin at midnight UTC at every venue that does not say when.
      settlesAtMs: entry.settlesAtMs ?? nextMultiple(nowMs, intervalHours * HOUR_MS),
    };
  }
}

function nextMultiple(nowMs: number, intervalMs: number): number {
  return (Math.floor(nowMs / intervalMs) + 1) * intervalMs;
}

function isPerpetual({ contract }: Known): boolean {
  return !DATED.test(contract.market);
}

/** The main contract first: linear before inverse, USDT before USDC before others, then by name. */
function byRank(left: Known, right: Known): number {
  const rank = ({ contract }: Known) => {
    const at = MAIN_QUOTES.indexOf(contract.quote);
    return (contract.isInverse ? 10 : 0) + (at < 0 ? MAIN_QUOTES.length : at);
  };
  return rank(left) - rank(right) || (left.contract.symbol < right.contract.symbol ? -1 : 1);
}

/** A venue's base unit may be a thousand coins. */
function priceOf({ contract, entry }: Known): number | null {
  return entry.price === undefined ? null : entry.price / contract.multiplier;
}
