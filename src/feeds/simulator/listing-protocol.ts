/** What venues without a stream have in common: orders are listed as soon as they are published. */
import type { SimulatedProtocol, SimulatorHost, VenueOrder } from "./protocol.ts";

/** A protocol that has only `rest`. */
export function listingProtocol(rest: (url: URL) => unknown): SimulatedProtocol {
  let waiting: VenueOrder[] = [];
  return {
    accepts: () => false,
    receive() {},
    take(order) {
      waiting.push(order);
    },
    release() {
      const orders = waiting;
      waiting = [];
      return orders;
    },
    messages: () => [],
    frameFor: () => null,
    keepTime() {},
    closingNotice: () => null,
    rest,
  };
}

/** The orders of these contracts at `sinceMs` and later, newest first. */
export function newestFirst(
  host: SimulatorHost,
  symbols: readonly string[],
  sinceMs: number,
): readonly VenueOrder[] {
  const orders = symbols.flatMap((symbol) => host.past(symbol));
  return orders
    .filter(({ atMs }) => atMs >= sinceMs)
    .sort((left, right) => right.atMs - left.atMs || right.number - left.number);
}

/** A number from the query; `missing` when it is not there. */
export function numberIn(url: URL, name: string, missing: number): number {
  const text = url.searchParams.get(name);
  return text === null ? missing : Number(text);
}
