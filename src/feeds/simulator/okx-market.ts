/** OKX's lists of mark prices, funding and open interest. */

import type { SimulatedContract } from "./contracts.ts";
import { FUNDING_HOURS, nextFundingMs } from "./market-figures.ts";
import type { SimulatorHost } from "./protocol.ts";

/** https://www.okx.com/docs-v5/en/#public-data-rest-api; null = another path. */
export function marketLists(url: URL, host: SimulatorHost): object | null {
  const ts = String(host.nowMs());
  const named = url.searchParams.get("instType");
  const instType = named ?? "SWAP";
  const known = host.contracts().flatMap((contract) => {
    const figures = instrumentType(contract) === instType ? host.figuresOf(contract) : null;
    return figures === null ? [] : [{ instType, instId: contract.symbol, figures }];
  });
  const answer = (data: readonly object[]) => ({ code: "0", msg: "", data });
  switch (url.pathname) {
    case "/api/v5/public/mark-price":
      return answer(
        known.map(({ figures, ...names }) => ({ ...names, markPx: figures.price, ts })),
      );
    case "/api/v5/public/open-interest":
      return answer(
        known.map(({ figures, ...names }) => ({
          ...names,
          oi: String(figures.contracts),
          oiCcy: String(figures.baseUnits),
          oiUsd: String(figures.usd),
          ts,
        })),
      );
    case "/api/v5/public/funding-rate": {
      const settlesMs = nextFundingMs(host.nowMs());
      const times = {
        fundingTime: String(settlesMs),
        nextFundingTime: String(settlesMs + FUNDING_HOURS * 3_600_000),
      };
      const words = { method: "current_period", nextFundingRate: "", settState: "settled" };
      return answer(
        known.map(({ figures, ...names }) => ({
          ...{ ...names, ...words, ...times, ts },
          fundingRate: figures.rate,
          settFundingRate: figures.rate,
        })),
      );
    }
    default:
      return null;
  }
}

export function instrumentType(contract: SimulatedContract): "SWAP" | "FUTURES" {
  return contract.deliveryMs === null ? "SWAP" : "FUTURES";
}
