/** Bybit's tickers of all contracts of a category: https://bybit-exchange.github.io/docs/v5/market/tickers */
import { FUNDING_HOURS, nextFundingMs } from "./market-figures.ts";
import type { SimulatorHost } from "./protocol.ts";

/** Without a symbol it lists them all. "openInterest: sum of both sides". */
export function allTickers(category: string | null, host: SimulatorHost): object {
  const isInverse = category === "inverse";
  const list = host.contracts().flatMap((contract) => {
    const figures = contract.isInverse === isInverse ? host.figuresOf(contract) : null;
    if (figures === null) return [];
    const { price, rate, usd } = figures;
    const oneSide = isInverse ? usd : figures.baseUnits;
    const isPerpetual = contract.deliveryMs === null;
    return {
      ...{ symbol: contract.symbol, lastPrice: price, indexPrice: price, markPrice: price },
      openInterest: String(oneSide * 2),
      openInterestValue: String(usd * 2),
      singleOpenInterest: String(oneSide),
      singleOpenInterestValue: String(usd),
      fundingRate: isPerpetual ? rate : "",
      fundingIntervalHour: isPerpetual ? String(FUNDING_HOURS) : "",
      nextFundingTime: isPerpetual ? String(nextFundingMs(host.nowMs())) : "0",
    };
  });
  const result = { category, list };
  return { retCode: 0, retMsg: "OK", result, retExtInfo: {}, time: host.nowMs() };
}
