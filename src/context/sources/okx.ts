/**
 * OKX: open interest, funding and mark prices in lists of their own.
 * https://www.okx.com/docs-v5/en/#public-data-rest-api
 */
import type { Fields } from "../../feeds/fields.ts";
import { entryOf, numberOf, positiveOf, readEntries, sizeOf, unwrapped } from "../answers.ts";
import type { ContextLook, ContextSource, ContractEntry } from "../source.ts";
import { ONE_SIDED } from "../source.ts";

const HOUR_MS = 3_600_000;

function list(path: string, read: (fields: Fields) => ContractEntry | null): ContextLook {
  return {
    requests: () => [{ path: `/api/v5/public/${path}` }],
    parse(page) {
      const answer = unwrapped(page, { code: "code", ok: "0", message: "msg" });
      return typeof answer === "string" ? answer : readEntries(answer.data, read);
    },
  };
}

const openInterest = ({ instId, oi }: Fields) => entryOf(instId, { openInterest: sizeOf(oi) });
const markPrice = ({ instId, markPx }: Fields) => entryOf(instId, { price: positiveOf(markPx) });

/** The rate settles at `fundingTime`; the interval is what lies between that and the next time. */
function funding(fields: Fields): ContractEntry | null {
  const settlesAtMs = positiveOf(fields.fundingTime);
  const nextMs = positiveOf(fields.nextFundingTime);
  const hours =
    settlesAtMs === undefined || nextMs === undefined ? 0 : (nextMs - settlesAtMs) / HOUR_MS;
  const isSettled = fields.settState === "settled";
  return entryOf(fields.instId, {
    fundingRate: numberOf(fields.fundingRate),
    nextFundingRate: numberOf(fields.nextFundingRate),
    settledFundingRate: isSettled ? numberOf(fields.settFundingRate) : undefined,
    fundingIntervalHours: positiveOf(hours),
    settlesAtMs,
  });
}

/** 10 look-ups in 2 s for funding, 20 for the others. */
export const okxContext: ContextSource = {
  venue: "okx",
  factor: ONE_SIDED,
  unit: { linear: "contracts", inverse: "contracts" },
  fundingIntervalHours: null,
  requestsPerSecond: 4,
  looks: [
    list("mark-price?instType=SWAP", markPrice),
    list("funding-rate?instId=ANY", funding),
    list("open-interest?instType=SWAP", openInterest),
    list("open-interest?instType=FUTURES", openInterest),
  ],
};
