/**
 * Bitget, unified account API: open interest, funding and mark prices of a product line in one list;
 * how long an interval is stands in the list of contracts.
 * https://www.bitget.com/api-doc/uta/public/Tickers
 */
import type { Fields } from "../../feeds/fields.ts";
import { entryOf, numberOf, positiveOf, readEntries, sizeOf, unwrapped } from "../answers.ts";
import type { ContextLook, ContextSource, ContractEntry } from "../source.ts";

const PRODUCTS = ["USDT-FUTURES", "USDC-FUTURES", "COIN-FUTURES"];

function list(
  path: string,
  read: (fields: Fields) => ContractEntry | null,
): Omit<ContextLook, "isSlow"> {
  return {
    requests: () => PRODUCTS.map((category) => ({ path: `${path}?category=${category}` })),
    parse(page) {
      const answer = unwrapped(page, { code: "code", ok: "00000", message: "msg" });
      return typeof answer === "string" ? answer : readEntries(answer.data, read);
    },
  };
}

const tickers = list("/api/v3/market/tickers", (ticker) =>
  entryOf(ticker.symbol, {
    openInterest: sizeOf(ticker.openInterest),
    price: positiveOf(ticker.markPrice),
    fundingRate: numberOf(ticker.fundingRate),
  }),
);

const contracts = list("/api/v3/market/instruments", ({ symbol, fundInterval }) =>
  entryOf(symbol, { fundingIntervalHours: positiveOf(fundInterval) }),
);

/** 20 look-ups a second for each list. In what unit coin-margined contracts are told is not confirmed. */
export const bitgetContext: ContextSource = {
  venue: "bitget",
  factor: { factor: 1, note: "published one-sided; coin-margined contracts are left out" },
  unit: { linear: "base", inverse: "unknown" },
  fundingIntervalHours: null,
  requestsPerSecond: 4,
  looks: [{ ...contracts, isSlow: true }, tickers],
};
