/** Assets as people type them; a name that nobody lists is never an empty zero. */
import { resolveAsset } from "../commands/assets.ts";
import { Problem } from "./problem.ts";

let known: { readonly names: readonly string[]; readonly byLower: Map<string, string> } | null =
  null;

/**
 * The canonical spelling of `typed`.
 * @throws Problem with `status`, naming the parameter and the nearest asset
 */
export function assetNamed(
  typed: string,
  names: readonly string[],
  { parameter = "asset", status = 400 } = {},
): string {
  if (names.includes(typed)) return typed;
  const found = indexOf(names).get(typed.toLowerCase());
  if (found !== undefined) return found;
  // As bots read it: BTCUSDT, $btc, xbt, bitcoin.
  const meant = resolveAsset(typed, names);
  if ("asset" in meant) return meant.asset;
  const hint = meant.nearest === null ? "" : `; did you mean ${meant.nearest}?`;
  const detail = `${parameter} ${JSON.stringify(typed)} is not known${hint}`;
  throw Problem.ofParameters([{ parameter, detail }], status);
}

/** The list changes once in a while and is the same object until then. */
function indexOf(names: readonly string[]): ReadonlyMap<string, string> {
  if (known?.names !== names) {
    known = { names, byLower: new Map(names.map((name) => [name.toLowerCase(), name])) };
  }
  return known.byLower;
}
