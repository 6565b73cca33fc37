/**
 * What a coin costs, of one named venue: what the sides of all venues are judged by. Failures are
 * told, never thrown; without an answer there is no sample, and old samples are not used.
 */
import { messageOf } from "../errors.ts";
import { backoffDelayMs, isTold } from "../feeds/backoff.ts";
import { rebase } from "../feeds/endpoint.ts";
import { isFields, isPositiveDecimal } from "../feeds/fields.ts";
import { getBody } from "../feeds/rest.ts";
import type { VenueId } from "../liquidation.ts";
import type { Log } from "../log.ts";
import type { Runtime } from "../runtime.ts";

/** From one look to the next, ms. */
export const PRICE_EVERY_MS = 5_000;
/** One ticker is some 700 bytes; anything near this is not one, bytes. */
const TICKER_BYTES_MAX = 65_536;

/** Where a venue says what a coin costs. */
export interface PriceSource {
  readonly venue: VenueId;
  readonly restUrl: string;
  /** By asset: path and query of its ticker. */
  readonly paths: Readonly<Record<string, string>>;
  /** USD per coin; null when the answer does not say it. */
  readonly parse: (page: unknown) => number | null;
}

/**
 * The mark price: it follows the index and does not jump with single trades. Two look-ups in 5 s
 * are far below the 600 that an address may make.
 * https://bybit-exchange.github.io/docs/v5/market/tickers
 */
export const REFERENCE: PriceSource = {
  venue: "bybit",
  restUrl: "https://api.bybit.com",
  paths: {
    BTC: "/v5/market/tickers?category=linear&symbol=BTCUSDT",
    ETH: "/v5/market/tickers?category=linear&symbol=ETHUSDT",
  },
  parse(page) {
    const result = isFields(page) ? page.result : undefined;
    const list = isFields(result) ? result.list : undefined;
    const ticker: unknown = Array.isArray(list) ? list[0] : undefined;
    const price = isFields(ticker) ? ticker.markPrice : undefined;
    return isPositiveDecimal(price) ? Number(price) : null;
  },
};

export interface PriceOptions {
  readonly source: PriceSource;
  /** Scheme, host and port in place of the venue's own; null = the venue's. */
  readonly restUrl: string | null;
  readonly runtime: Pick<Runtime, "fetch" | "after" | "sleep" | "nowMs" | "monotonicMs" | "random">;
  readonly log: Log;
  /** What was read in one round, received at `atMs`; not called when nothing was. */
  readonly onPrices: (atMs: number, prices: Readonly<Record<string, number>>) => void;
}

/** Looks every 5 s, later after failures, until aborted; never rejects. */
export async function watchPrices(options: PriceOptions, signal: AbortSignal): Promise<void> {
  const { source, runtime, onPrices } = options;
  const log = options.log.child({ venue: source.venue });
  let failures = 0;
  while (!signal.aborted) {
    const startedAtMs = runtime.monotonicMs();
    const { prices, trouble } = await readPrices(options, signal);
    if (signal.aborted) return;
    if (Object.keys(prices).length > 0) onPrices(runtime.nowMs(), prices);
    if (trouble === null && failures > 0) log.info({ failures }, "Reference prices are read again");
    failures = trouble === null ? 0 : failures + 1;
    if (trouble !== null && isTold(failures)) {
      const fields = { code: "LIQ_CONTEXT", error: trouble, failures };
      log.warn(fields, "A reference price was not read");
    }
    const extraMs = failures === 0 ? 0 : backoffDelayMs(failures, runtime.random());
    const restMs = startedAtMs + PRICE_EVERY_MS + extraMs - runtime.monotonicMs();
    await runtime.sleep(Math.max(0, restMs), signal).catch(() => {});
  }
}

/** All assets of the source, side by side. */
async function readPrices(
  { source, restUrl, runtime }: PriceOptions,
  signal: AbortSignal,
): Promise<{ readonly prices: Record<string, number>; readonly trouble: string | null }> {
  const prices: Record<string, number> = {};
  let trouble: string | null = null;
  const read = async ([asset, path]: readonly [string, string]): Promise<void> => {
    const url = rebase(new URL(path, source.restUrl).href, restUrl);
    try {
      const { status, body } = await getBody(url, { runtime, signal, bytesMax: TICKER_BYTES_MAX });
      if (body === null) throw new Error(`HTTP ${status}`);
      const price = source.parse(JSON.parse(body.toString("utf8")));
      if (price === null) throw new Error("no price in the answer");
      prices[asset] = price;
    } catch (thrown) {
      trouble = `${url}: ${messageOf(thrown)}`;
    }
  };
  await Promise.all(Object.entries(source.paths).map(read));
  return { prices, trouble };
}
