/**
 * Backpack as its documentation has it: one stream for all markets, no answer to subscriptions,
 * times in microseconds. Whether the real one behaves so is not known.
 * https://docs.backpack.exchange/#tag/Streams
 */
import { perpetual, type SimulatedContract } from "./contracts.ts";
import { asFields, parsed } from "./json.ts";
import type {
  SimulatedMessage,
  SimulatedProtocol,
  Simulation,
  SimulatorHost,
  VenueOrder,
} from "./protocol.ts";
import { straight } from "./straight.ts";

const STREAM = "liquidation";

function backpackProtocol(host: SimulatorHost): SimulatedProtocol {
  return {
    accepts: (path) => path === "/",
    receive(client, text) {
      const request = asFields(parsed(text));
      const streams = Array.isArray(request?.params) ? request.params.map(String) : [];
      const isOn = request?.method === "SUBSCRIBE";
      if (isOn && host.takeSubscribeFault() === "refused") {
        const error = { code: 4000, message: "Invalid stream" };
        client.send(JSON.stringify({ id: request.id, error }));
        return;
      }
      for (const stream of streams) {
        if (isOn) client.subscriptions.add(stream);
        else client.subscriptions.delete(stream);
      }
      if (isOn) host.replay(client);
    },
    ...straight(),
    messages: (orders, nowMs) =>
      orders.map((order) => ({ topic: STREAM, body: told(order, nowMs) })),
    frameFor: (_client, { body }: SimulatedMessage) => JSON.stringify(body),
    keepTime() {},
    closingNotice: () => null,
    rest: (url) => (url.pathname === "/api/v1/markets" ? markets(host) : null),
  };
}

/** The order that closes a long is an ask. */
function told({ contract, positionSide, price, size, atMs }: VenueOrder, nowMs: number): object {
  const S = positionSide === "long" ? "Ask" : "Bid";
  const data = { e: STREAM, E: nowMs * 1_000, q: size, p: price, S, s: contract.symbol };
  return { stream: STREAM, data: { ...data, T: atMs * 1_000 } };
}

function markets(host: SimulatorHost): object {
  const spot = { symbol: "SOL_USDC", baseSymbol: "SOL", quoteSymbol: "USDC", marketType: "SPOT" };
  const listed = host.contracts().map(({ symbol, base, quote }) => {
    return { symbol, baseSymbol: base, quoteSymbol: quote, marketType: "PERP" };
  });
  return [spot, ...listed];
}

function backpackContracts(asset: string): readonly SimulatedContract[] {
  const contract = perpetual(asset);
  // Cheap coins are listed by the thousand: kPEPE.
  const base = contract.coinsPerBase === 1 ? asset : `k${asset}`;
  const money = { quote: "USDC", settle: "USDC" };
  return [{ ...contract, ...money, base, symbol: `${base}_USDC_PERP` }];
}

export const backpackSimulation: Simulation = {
  contractsOf: backpackContracts,
  start: backpackProtocol,
};
