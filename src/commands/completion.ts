/** What an option of a slash command is completed with while it is typed. Pure. */
import type { Queries } from "../queries.ts";
import { formatWindowShort } from "../render/times.ts";
import { SECOND_WINDOWS_MS } from "../rule.ts";
import { resolveAsset } from "./assets.ts";

/** Discord shows no more. */
const CHOICES_MAX = 25;

const WINDOWS: readonly string[] = [
  ...["10s", "60s", "5m"],
  ...SECOND_WINDOWS_MS.map(formatWindowShort),
];

/** Texts for `option`, best first; empty = nothing to offer. */
export function completionsOf(option: string, typed: string, queries: Queries): readonly string[] {
  const start = typed.trim().toLowerCase();
  if (option === "window") return WINDOWS.filter((window) => window.startsWith(start));
  if (option === "venue") {
    const titles = queries.feeds().map(({ title }) => title);
    return titles.filter((title) => title.toLowerCase().startsWith(start)).slice(0, CHOICES_MAX);
  }
  if (option === "rule") {
    const names = queries.rules().map(({ name }) => name);
    return names.filter((name) => name.toLowerCase().startsWith(start)).slice(0, CHOICES_MAX);
  }
  return option === "asset" ? assetsFor(start, queries) : [];
}

/** What is meant, then what begins so, those with the most money of the day first. */
function assetsFor(start: string, queries: Queries): readonly string[] {
  const assets = queries.assets();
  const busy = queries.dayTotals().byAsset.map(({ name }) => name);
  const ordered = [...busy, ...assets];
  const bare = start.replace(/^\$/, "");
  const resolved = bare === "" ? null : resolveAsset(bare, assets);
  const meant = resolved !== null && "asset" in resolved ? [resolved.asset] : [];
  const beginning = ordered.filter((asset) => asset.toLowerCase().startsWith(bare));
  return [...new Set([...meant, ...beginning])].slice(0, CHOICES_MAX);
}
