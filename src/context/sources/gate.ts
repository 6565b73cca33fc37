/**
 * Gate: open interest, funding and mark prices of a settlement coin in one list; how long an interval
 * is stands in the list of contracts, which is asked for now and then.
 * https://www.gate.com/docs/developers/apiv4/en/#list-futures-tickers
 */
import { entryOf, numberOf, positiveOf, readEntries, sizeOf } from "../answers.ts";
import { type ContextLook, type ContextSource, ONE_SIDED } from "../source.ts";

const HOUR_SECONDS = 3_600;

function tickers(settle: string): ContextLook {
  return {
    requests: () => [{ path: `/api/v4/futures/${settle}/tickers` }],
    parse: (page) =>
      readEntries(page, (ticker) =>
        entryOf(ticker.contract, {
          openInterest: sizeOf(ticker.total_size),
          price: positiveOf(ticker.mark_price),
          fundingRate: numberOf(ticker.funding_rate),
        }),
      ),
  };
}

function contracts(settle: string): ContextLook {
  return {
    isSlow: true,
    requests: () => [{ path: `/api/v4/futures/${settle}/contracts` }],
    parse: (page) =>
      readEntries(page, ({ name, funding_interval }) => {
        const seconds = positiveOf(funding_interval);
        const hours = seconds === undefined ? undefined : seconds / HOUR_SECONDS;
        return entryOf(name, { fundingIntervalHours: hours });
      }),
  };
}

/** 200 look-ups in 10 s for each list. */
export const gateContext: ContextSource = {
  venue: "gate",
  factor: ONE_SIDED,
  unit: { linear: "contracts", inverse: "contracts" },
  fundingIntervalHours: null,
  requestsPerSecond: 4,
  looks: [contracts("usdt"), contracts("btc"), tickers("usdt"), tickers("btc")],
};
