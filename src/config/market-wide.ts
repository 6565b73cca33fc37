/** What stands under `cascade` and `marketWide`, as the engine reads it. */
import { type CascadeLimits, MARKET_WIDE } from "../cascade.ts";
import type { Rule } from "../rule.ts";
import type { ConfigInput, RuleInput } from "./schema.ts";

export function cascadeLimits({ cascade }: ConfigInput): CascadeLimits {
  const { window, orders, floorUsd, openInterestBp } = cascade;
  return { windowMs: window, orders, floorUsd, openInterestBp };
}

/** The built-in rule, last of all; none when it is off. */
export function marketWideRules(
  { marketWide }: ConfigInput,
  toRule: (input: RuleInput) => Rule,
): readonly Rule[] {
  const { enabled, assets, othersThanMajors, floorUsd, oneSidePct, ...settings } = marketWide;
  if (!enabled) return [];
  const filter = { assets: [], excludeAssets: [], venues: [], sides: [], minNotionalUsd: 0 };
  const rule = toRule({
    ...{ name: MARKET_WIDE, scope: "market", metric: "notionalUsd" },
    // The money that it takes is part of the condition; beyond that its thresholds decide.
    ...{ filter, floorUsd: 0 },
    ...settings,
  });
  return [{ ...rule, marketWide: { assets, othersThanMajors, floorUsd, oneSidePct } }];
}
