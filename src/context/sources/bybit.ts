/**
 * Bybit: everything about all contracts of a category in one look-up.
 * https://bybit-exchange.github.io/docs/v5/market/tickers
 */
import { type Fields, isFields } from "../../feeds/fields.ts";
import { entryOf, numberOf, positiveOf, readEntries, sizeOf, unwrapped } from "../answers.ts";
import type { ContextLook, ContextSource } from "../source.ts";

const TWO_SIDES = 2;

function tickers(category: string): ContextLook {
  return {
    requests: () => [{ path: `/v5/market/tickers?category=${category}` }],
    parse(page) {
      const answer = unwrapped(page, { code: "retCode", ok: 0, message: "retMsg" });
      if (typeof answer === "string") return answer;
      const { result } = answer;
      return readEntries(isFields(result) ? result.list : null, (ticker) =>
        entryOf(ticker.symbol, {
          openInterest: oneSided(ticker),
          price: positiveOf(ticker.markPrice),
          fundingRate: numberOf(ticker.fundingRate),
          fundingIntervalHours: positiveOf(ticker.fundingIntervalHour),
          settlesAtMs: positiveOf(ticker.nextFundingTime),
        }),
      );
    },
  };
}

/** "openInterest: sum of both sides", "singleOpenInterest: one side". */
function oneSided({ singleOpenInterest, openInterest }: Fields): number | undefined {
  const both = sizeOf(openInterest);
  return sizeOf(singleOpenInterest) ?? (both === undefined ? undefined : both / TWO_SIDES);
}

/** 600 look-ups in 5 s for one address. */
export const bybitContext: ContextSource = {
  venue: "bybit",
  factor: { factor: 0.5, note: "published two-sided; one side is counted" },
  unit: { linear: "base", inverse: "usd" },
  fundingIntervalHours: null,
  requestsPerSecond: 5,
  looks: [tickers("linear"), tickers("inverse")],
};
