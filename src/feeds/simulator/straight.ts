/** Orders that are published as they happen, without batches or sampling. */
import type { SimulatedProtocol, VenueOrder } from "./protocol.ts";

export function straight(): Pick<SimulatedProtocol, "take" | "release"> {
  let waiting: VenueOrder[] = [];
  return {
    take(order) {
      waiting.push(order);
    },
    release() {
      const orders = waiting;
      waiting = [];
      return orders;
    },
  };
}
