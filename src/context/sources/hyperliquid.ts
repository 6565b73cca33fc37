/**
 * Hyperliquid: names and figures of all perpetuals in one answer, two lists side by side. Funding is
 * paid every hour.
 * https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/info-endpoint/perpetuals
 */
import { isFields } from "../../feeds/fields.ts";
import { entryOf, numberOf, positiveOf, readEntries, sizeOf } from "../answers.ts";
import { type ContextLook, type ContextSource, ONE_SIDED } from "../source.ts";

const metaAndContexts: ContextLook = {
  requests: () => [{ path: "/info", body: '{"type":"metaAndAssetCtxs"}' }],
  parse(page) {
    const [meta, figures]: readonly unknown[] = Array.isArray(page) ? page : [];
    const universe = isFields(meta) ? meta.universe : null;
    if (!Array.isArray(universe) || !Array.isArray(figures)) return "no lists in the answer";
    // Only equal lists belong together: one that is shorter would give coins the figures of others.
    if (universe.length !== figures.length) {
      return `${universe.length} names and ${figures.length} figures`;
    }
    const named = figures.map((one, index) => {
      const coin: unknown = universe[index];
      return isFields(coin) && isFields(one) && coin.isDelisted !== true
        ? { ...one, name: coin.name }
        : null;
    });
    return readEntries(named, (one) =>
      entryOf(one.name, {
        openInterest: sizeOf(one.openInterest),
        price: positiveOf(one.markPx),
        fundingRate: numberOf(one.funding),
      }),
    );
  },
};

/** Weight 20 of 1,200 a minute for one address. */
export const hyperliquidContext: ContextSource = {
  venue: "hyperliquid",
  factor: ONE_SIDED,
  unit: { linear: "base", inverse: "unknown" },
  fundingIntervalHours: 1,
  requestsPerSecond: 1,
  looks: [metaAndContexts],
};
