/** The list of context sources: a new one is one file and one line here. */
import type { ContextSource } from "../source.ts";
import { binanceContext } from "./binance.ts";
import { bitgetContext } from "./bitget.ts";
import { bybitContext } from "./bybit.ts";
import { gateContext } from "./gate.ts";
import { hyperliquidContext } from "./hyperliquid.ts";
import { okxContext } from "./okx.ts";

export const CONTEXT_SOURCES: readonly ContextSource[] = [
  ...[bybitContext, binanceContext, okxContext],
  ...[gateContext, bitgetContext, hyperliquidContext],
];
