/** `liqwatch totals`: the rolling figures of a running daemon. */
import { TotalsJson } from "../api/routes/totals.ts";
import { centsOfUsd, formatUsd } from "../render/money.ts";
import { formatCount, formatShare } from "../render/numbers.ts";
import { alignedTable } from "../render/table.ts";
import { formatClockSeconds } from "../render/times.ts";
import { parseArguments } from "./arguments.ts";
import { askDaemon } from "./ask.ts";
import type { Command } from "./io.ts";
import { COMMANDS } from "./table.ts";

/** Assets shown on a terminal; `--json` has them all. */
const ASSETS_MAX = 12;

type Answer = ReturnType<typeof TotalsJson.parse>;
type Money = Pick<Answer, "orders" | "totalUsd" | "longUsd" | "shortUsd">;

export const totals: Command = async (args, io) => {
  const { values, positionals } = parseArguments(COMMANDS.totals, args);
  const { window, venue } = values;
  const query = { window, venue, asset: positionals[0] ?? null };
  const answer = await askDaemon(values, { path: "/v1/totals", query, answer: TotalsJson }, io);
  io.out(values.json ? `${JSON.stringify(answer)}\n` : textOf(answer));
  return 0;
};

function textOf(answer: Answer): string {
  const { window, asset, venue, asOf, label } = answer;
  const assets = answer.byAsset.slice(0, ASSETS_MAX);
  const rest = answer.byAsset.length - assets.length;
  const sections = [
    table([["all", answer]]),
    table(assets.map((part) => [part.asset, part])),
    rest > 0 ? [`${rest} more assets: --json shows all`] : [],
    table(answer.byVenue.map((part) => [part.venue, part])),
    coverageOf(answer),
  ].filter((lines) => lines.length > 0);
  const subject = [asset ?? "all assets", ...(venue === null ? [] : [venue])].join(", ");
  const at = formatClockSeconds(Date.parse(asOf));
  const mark = label === null ? "" : `${label} `;
  const title = `${mark}Liquidated in ${window}: ${subject}, at least, as of ${at}`;
  return `${[[title], ...sections].map((lines) => lines.join("\n")).join("\n\n")}\n`;
}

function table(rows: readonly (readonly [name: string, money: Money])[]): readonly string[] {
  if (rows.length === 0) return [];
  const dollars = (usd: number) => formatUsd(centsOfUsd(usd));
  const cells = rows.map(([name, { orders, totalUsd, longUsd, shortUsd }]) => [
    ...[name, dollars(totalUsd), dollars(longUsd), dollars(shortUsd)],
    ...[formatShare(longUsd, totalUsd), formatCount(orders)],
  ]);
  const head = ["", "total", "longs", "shorts", "long", "orders"];
  return alignedTable([head, ...cells], ["left", "right", "right", "right", "right", "right"]);
}

function coverageOf(answer: Answer): readonly string[] {
  const { samples } = answer;
  const mark = samples.length === 0 ? [] : [`Only a sample, not a total: ${samples.join(", ")}`];
  return [...mark, ...sightOf(answer)];
}

function sightOf(answer: Answer): readonly string[] {
  const { complete, darkVenues, rows, coveragePct, partial, assumed } = answer;
  if (rows === null) return ["From a daemon that stands by: what the one that decides has stored"];
  const dark = darkVenues.length === 0 ? [] : [`Not seen now: ${darkVenues.join(", ")}`];
  if (complete || coveragePct === null) return dark;
  const how = assumed ? ", by assumed shares of venues" : "";
  const seen = `${coveragePct}% of the usual volume was seen${how}`;
  return [...dark, partial ? `Partial: ${seen}` : seen];
}
