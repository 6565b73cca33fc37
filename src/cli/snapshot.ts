/** `liqwatch snapshot`: asks the venues once for open interest, funding and mark prices; no daemon needed. */
import { loadSettings, type Settings } from "../config.ts";
import { ContextPoller } from "../context/poller.ts";
import { CONTEXT_SOURCES } from "../context/sources/index.ts";
import { LiqError } from "../errors.ts";
import { VENUES, venueById } from "../feeds/index.ts";
import { bundledInstruments, type Instruments } from "../feeds/instruments.ts";
import { LookUps } from "../feeds/look-up.ts";
import type { Venue } from "../feeds/venue.ts";
import { ContextView } from "../live/context-view.ts";
import { SILENT_LOG } from "../log.ts";
import { createLog } from "../log-pino.ts";
import type { ContextSourceState } from "../market-context.ts";
import {
  type ContextOptions,
  fundingReply,
  fundingTable,
  openInterestReply,
  openInterestTable,
} from "../render/replies/market.ts";
import { replyPlain } from "../render/reply.ts";
import { nodeRuntime } from "../runtime-node.ts";
import { ContextBook } from "../severity/context-book.ts";
import { parseArguments } from "./arguments.ts";
import type { CliIo, Command } from "./io.ts";
import { COMMANDS } from "./table.ts";

/** Assets shown on a terminal; `--json` has them all. */
const ASSETS_SHOWN = 15;
const ASSETS_MAX = 2_000;

export const snapshot: Command = async (args, io) => {
  const { values, positionals } = parseArguments(COMMANDS.snapshot, args);
  const env = io.environment(values.config);
  const settings = loadSettings({ file: values.config, env, needsNotifiers: false });
  const { context } = settings;
  if (context === null) {
    throw new LiqError("LIQ_CONFIG", "Market context is switched off: context.enabled is false");
  }
  const book = new ContextBook();
  const sources = await askAll({ ...settings, context }, book, io);
  const nowMs = nodeRuntime.nowMs();
  const view = new ContextView({ engine: { context: book, nowMs }, contextSources: () => sources });
  const asset = positionals[0]?.toUpperCase() ?? null;
  const titleOf = (venue: string) => VENUES.find(({ id }) => id === venue)?.title ?? venue;
  io.out(
    values.json ? jsonOf(view, asset, nowMs) : textOf(view, asset, { sources, titleOf, nowMs }),
  );
  return asset === null ? Number(book.assets().length === 0) : Number(view.context(asset) === null);
};

type WithContext = Settings & { readonly context: NonNullable<Settings["context"]> };

/** All venues side by side; how each of them went. */
async function askAll(
  settings: WithContext,
  book: ContextBook,
  io: CliIo,
): Promise<readonly ContextSourceState[]> {
  const stop = new AbortController();
  io.signal?.addEventListener("abort", () => stop.abort(), { once: true });
  const log = createLog({ level: "warn", isTty: true, write: (text) => io.err(text) });
  const instruments = bundledInstruments();
  const asked = CONTEXT_SOURCES.flatMap((source) => {
    const venue = venueById(source.venue);
    const { enabled = false, restUrl = null } =
      settings.venues.find(({ id }) => id === source.venue) ?? {};
    if (venue === null || !enabled || !settings.context.venues.includes(source.venue)) return [];
    const poller = new ContextPoller({
      ...{ source, address: venue.restUrl, restUrl, instruments, runtime: nodeRuntime, log },
      ...{ ...settings.context, usdCoins: settings.usdCoins },
      onReading: (atMs, reading) => void book.take(atMs, reading),
    });
    return [{ venue, restUrl, poller }];
  });
  if (asked.length === 0) throw new LiqError("LIQ_CONFIG", "No venue of context.venues is enabled");
  io.err(`Asking ${asked.map(({ venue }) => venue.title).join(", ")}\n`);
  await Promise.all(
    asked.map(async ({ venue, restUrl, poller }) => {
      await list(venue, { restUrl, instruments, signal: stop.signal });
      await poller.round(stop.signal);
    }),
  );
  return asked.map(({ poller }) => poller.state());
}

/** The venue's own contracts; without them the bundled ones have to do. */
async function list(
  venue: Venue,
  to: {
    readonly restUrl: string | null;
    readonly instruments: Instruments;
    readonly signal: AbortSignal;
  },
): Promise<void> {
  const lookUps = new LookUps({
    ...{ venue, restUrl: to.restUrl, runtime: nodeRuntime, log: SILENT_LOG },
  });
  for (const source of venue.instruments) {
    const pages = await lookUps.read(source, to.signal);
    for (const page of pages ?? []) to.instruments.add(venue.id, page.instruments);
  }
}

function jsonOf(view: ContextView, asset: string | null, nowMs: number): string {
  const names = asset === null ? view.contextLines(ASSETS_MAX).map((line) => line.asset) : [asset];
  const assets = names.map((name) => view.context(name)).filter((one) => one !== null);
  const asOf = new Date(nowMs).toISOString();
  return `${JSON.stringify({ asOf, assets, sources: view.contextSources() })}\n`;
}

function textOf(view: ContextView, asset: string | null, options: ContextOptions): string {
  const replies =
    asset === null
      ? [
          openInterestTable(view.contextLines(ASSETS_SHOWN), options),
          fundingTable(view.contextLines(ASSETS_SHOWN), options),
        ]
      : [view.context(asset)].flatMap((told) =>
          told === null ? [] : [openInterestReply(told, options), fundingReply(told, options)],
        );
  if (replies.length === 0) return `No venue told anything of ${asset}\n`;
  return `${replies.map((reply) => replyPlain(reply)).join("\n\n")}\n`;
}
