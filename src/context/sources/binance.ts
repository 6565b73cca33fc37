/**
 * Binance USD-M and COIN-M. Funding and mark prices come for all contracts at once; open interest is
 * told for one contract at a time only.
 * https://developers.binance.com/docs/derivatives/usds-margined-futures/market-data/rest-api
 */
import { isFields } from "../../feeds/fields.ts";
import type { Instrument } from "../../feeds/venue.ts";
import { entryOf, numberOf, positiveOf, readEntries, sizeOf } from "../answers.ts";
import { type ContextLook, type ContextSource, ONE_SIDED } from "../source.ts";

const COIN_MARGINED = "https://dapi.binance.com";

/** `lastFundingRate` is the rate of the running interval, which is paid at `nextFundingTime`. */
function premiumIndex(path: string): ContextLook {
  return {
    requests: () => [{ path }],
    parse: (page) =>
      readEntries(page, ({ symbol, markPrice, lastFundingRate, nextFundingTime }) =>
        entryOf(symbol, {
          price: positiveOf(markPrice),
          fundingRate: numberOf(lastFundingRate),
          settlesAtMs: positiveOf(nextFundingTime),
        }),
      ),
  };
}

/** Lists contracts with settings of their own; what is missing is commonly read as 8 h. */
function fundingInfo(path: string): ContextLook {
  return {
    isSlow: true,
    requests: () => [{ path }],
    parse: (page) =>
      readEntries(page, ({ symbol, fundingIntervalHours }) =>
        entryOf(symbol, { fundingIntervalHours: positiveOf(fundingIntervalHours) }),
      ),
  };
}

const openInterest: ContextLook = {
  isByContract: true,
  requests: (listed) => listed.map((one) => ({ path: openInterestPath(one) })),
  parse(page) {
    const entry = isFields(page)
      ? entryOf(page.symbol, { openInterest: sizeOf(page.openInterest) })
      : null;
    return entry?.openInterest === undefined ? "no open interest in the answer" : [entry];
  },
};

function openInterestPath({ symbol, isInverse }: Instrument): string {
  const query = `openInterest?symbol=${encodeURIComponent(symbol)}`;
  return isInverse ? `${COIN_MARGINED}/dapi/v1/${query}` : `/fapi/v1/${query}`;
}

/** Weight 10 for each list and 1 for each contract, of 2,400 a minute for both products together. */
export const binanceContext: ContextSource = {
  venue: "binance",
  factor: ONE_SIDED,
  unit: { linear: "base", inverse: "contracts" },
  fundingIntervalHours: 8,
  requestsPerSecond: 10,
  looks: [
    fundingInfo("/fapi/v1/fundingInfo"),
    fundingInfo(`${COIN_MARGINED}/dapi/v1/fundingInfo`),
    premiumIndex("/fapi/v1/premiumIndex"),
    premiumIndex(`${COIN_MARGINED}/dapi/v1/premiumIndex`),
    openInterest,
  ],
};
