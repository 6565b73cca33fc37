/** `liqwatch record`: listens to the venues and writes down what they say, deciding nothing. */
import { loadSettings, type Settings } from "../config.ts";
import { LiqError } from "../errors.ts";
import type { Feed } from "../feeds/feed.ts";
import { VENUES } from "../feeds/index.ts";
import { bundledInstruments } from "../feeds/instruments.ts";
import type { FeedSink } from "../feeds/sink.ts";
import type { Venue } from "../feeds/venue.ts";
import { listen } from "../listen.ts";
import { createLog } from "../log-pino.ts";
import { didYouMean } from "../nearest.ts";
import { Recorder, recordingSink } from "../recording/recorder.ts";
import { nodeRuntime } from "../runtime-node.ts";
import { parseArguments } from "./arguments.ts";
import type { CliIo, Command } from "./io.ts";
import { COMMANDS } from "./table.ts";

const PROGRESS_EVERY_MS = 10_000;
const DEFAULT_FOLDER = "recordings";

export const record: Command = async (args, io) => {
  const { values } = parseArguments(COMMANDS.record, args);
  const settings = loadSettings({
    file: values.config,
    env: io.environment(values.config),
    needsNotifiers: false,
  });
  const venues = venuesOf(values.venues, settings);
  const folder = values.out ?? DEFAULT_FOLDER;
  const log = createLog({ level: "warn", isTty: true, write: (text) => io.err(text) });
  const recorder = new Recorder({ folder, runtime: nodeRuntime, log });
  const tally = new Tally(venues);
  const sink = recordingSink(recorder, tally);
  const feeds = new Map<Venue, Feed>();
  const stop = listen({
    ...{ settings, venues, feeds, log, sink, runtime: nodeRuntime },
    instruments: bundledInstruments(),
    onListed: (venue, listed, atMs) => recorder.context(atMs, { venue, instruments: listed }),
    onPrices: (atMs, referencePrices) => recorder.context(atMs, { referencePrices }),
    onReading: (atMs, reading) => recorder.context(atMs, { reading }),
  });
  io.err(`Recording ${venues.map(({ id }) => id).join(", ")} to ${folder}; Ctrl-C ends it\n`);
  const stopTelling = nodeRuntime.every(PROGRESS_EVERY_MS, () => {
    io.err(`${tally.text()}; ${recorder.counts().lines} lines\n`);
  });
  await untilEnd(values.for, io);
  stopTelling();
  await stop();
  await recorder.close();
  const counts = recorder.counts();
  const summary = { folder, ...counts, venues: tally.perVenue() };
  io.out(values.json ? `${JSON.stringify(summary)}\n` : textOf(summary));
  return counts.lost > 0 || counts.lines === 0 ? 1 : 0;
};

type Summary = ReturnType<Recorder["counts"]> & {
  readonly folder: string;
  readonly venues: ReturnType<Tally["perVenue"]>;
};

function textOf({ folder, lines, bytes, parts, lost, venues }: Summary): string {
  const rows = Object.entries(venues).map(
    ([venue, count]) => `  ${venue}: ${count.frames} frames, ${count.liquidations} liquidations\n`,
  );
  const losses = lost > 0 ? `${lost} lines could not be written\n` : "";
  const megabytes = (bytes / 1_048_576).toFixed(1);
  const place = `${lines} lines (${megabytes} MiB of text) in ${parts} files in ${folder}\n`;
  const next =
    lines > 0
      ? `Play it back: liqwatch replay ${folder}`
      : "Nothing was heard: no venue could be reached; liqwatch init says why";
  return `${place}${rows.join("")}${losses}${next}\n`;
}

/** @throws LiqError LIQ_COMMAND for a venue that does not exist */
function venuesOf(named: string | null, settings: Settings): readonly Venue[] {
  const enabled = settings.venues.filter((venue) => venue.enabled).map(({ id }) => id);
  if (named === null) return VENUES.filter(({ id }) => enabled.includes(id));
  const ids = VENUES.map(({ id }) => id as string);
  const wanted = named.split(",").map((name) => name.trim());
  for (const name of wanted) {
    if (ids.includes(name)) continue;
    const hint = didYouMean(name, ids);
    throw new LiqError("LIQ_COMMAND", `Option --venues names ${name}, no such venue${hint}`);
  }
  return VENUES.filter(({ id }) => wanted.includes(id));
}

function untilEnd(forMs: number | null, io: CliIo): Promise<void> {
  const asked = new Promise<void>((resolve) => {
    if (io.signal?.aborted === true) resolve();
    io.signal?.addEventListener("abort", () => resolve(), { once: true });
  });
  return forMs === null ? asked : Promise.race([asked, nodeRuntime.sleep(forMs)]);
}

/** Counts what goes by, for the eye. */
class Tally implements FeedSink {
  readonly #counts: Map<string, { frames: number; liquidations: number }>;

  constructor(venues: readonly Venue[]) {
    this.#counts = new Map(venues.map(({ id }) => [id, { frames: 0, liquidations: 0 }]));
  }

  raw(venue: Venue["id"]): void {
    const count = this.#counts.get(venue);
    if (count !== undefined) count.frames += 1;
  }

  frame({ venue, liquidations }: Parameters<FeedSink["frame"]>[0]): void {
    const count = this.#counts.get(venue);
    if (count !== undefined) count.liquidations += liquidations.length;
  }

  connection(): void {}

  text(): string {
    const parts = [...this.#counts].map(([venue, { frames }]) => `${venue} ${frames}`);
    return `Frames: ${parts.join(", ")}`;
  }

  perVenue() {
    return Object.fromEntries(this.#counts);
  }
}
