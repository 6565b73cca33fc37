/** Lines that a reader must refuse, each for one reason, some with a readable receivedAtMs. */
import type { Chance } from "./chance.ts";

export function brokenLine(chance: Chance, good: Readonly<Record<string, unknown>>): string {
  const spoiled = (change: Record<string, unknown>): string =>
    JSON.stringify({ ...good, ...change });
  const without = (key: string): string => JSON.stringify({ ...good, [key]: undefined });
  const ways: readonly (() => string)[] = [
    () => JSON.stringify(good).slice(0, -chance.integer(1, 20)),
    () => "liquidation",
    () => "[1,2]",
    () => "17",
    () => "null",
    () => spoiled({ positionSide: "buy" }),
    () => spoiled({ positionSide: "LONG" }),
    () => without("positionSide"),
    () => spoiled({ size: -1 }),
    () => spoiled({ price: 0 }),
    () => spoiled({ notionalUsd: -5 }),
    () => spoiled({ notionalUsd: 0 }),
    () => spoiled({ size: "many" }),
    () => spoiled({ occurredAtMs: 0 }),
    () => spoiled({ occurredAtMs: 86_400_000 }),
    () => spoiled({ occurredAtMs: "yesterday" }),
    () => without("occurredAtMs"),
    () => spoiled({ receivedAtMs: 1_000 }),
    () => spoiled({ receivedAtMs: -1 }),
    () => without("venue"),
    () => spoiled({ venue: "mtgox" }),
    () => spoiled({ kind: "margin-call" }),
    () => spoiled({ asset: undefined, symbol: undefined }),
  ];
  return chance.pick(ways)();
}
