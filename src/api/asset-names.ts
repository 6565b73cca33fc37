/** Assets as people type them, in any case; a name that nobody lists is never an empty zero. */
import { didYouMean } from "../nearest.ts";
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
  const detail = `${parameter} ${JSON.stringify(typed)} is not known${didYouMean(typed, names)}`;
  throw Problem.ofParameters([{ parameter, detail }], status);
}

/** The list changes once in a while and is the same object until then. */
function indexOf(names: readonly string[]): ReadonlyMap<string, string> {
  if (known?.names !== names) {
    known = { names, byLower: new Map(names.map((name) => [name.toLowerCase(), name])) };
  }
  return known.byLower;
}
