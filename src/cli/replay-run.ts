/** Lines of a file through the same engine as live: the loop behind `replay`, without files or clocks. */
import type { Decision } from "../alert.ts";
import { CASCADE_LIMITS, type CascadeLimits } from "../cascade.ts";
import { readReading } from "../context/reading.ts";
import { type Fields, isFields, parseJson, rejectOf } from "../feeds/fields.ts";
import { venueById } from "../feeds/index.ts";
import { bundledInstruments, Instruments, readTable } from "../feeds/instruments.ts";
import { RecordedIntakes, type SavedIntakes } from "../feeds/intake.ts";
import type { ConnectionEventKind } from "../feeds/sink.ts";
import type { Instrument } from "../feeds/venue.ts";
import {
  isReadableTime,
  type Liquidation,
  type Reject,
  VENUE_IDS,
  type VenueId,
} from "../liquidation.ts";
import type { VenueReading } from "../market-context.ts";
import type { HoldSettings } from "../mute.ts";
import type { Rule } from "../rule.ts";
import type { CascadeProfile } from "../score.ts";
import type { Admitted } from "../severity/admission.ts";
import { Engine, REPLAY_LIMITS } from "../severity/engine.ts";
import type { ReferencePrices } from "../severity/engine-input.ts";
import { type EngineState, restoreEngine, saveEngine } from "../severity/engine-state.ts";
import { Holds, NO_HOLDS } from "../severity/holds.ts";
import { MuteBook } from "../severity/mutes.ts";
import { usualVolumes } from "../watching.ts";
import { lineClockMs, readEventLine } from "./event-line.ts";
import { frameText } from "./frame-lines.ts";
import { LateRows } from "./late-rows.ts";
import { Peaks } from "./peaks.ts";
import {
  addToReport,
  newReport,
  type PrintedReport,
  type ReportState,
  reportOf,
  repriceReport,
  restoreReport,
  type SavedReport,
  saveReport,
} from "./report.ts";

const EVENTS: readonly ConnectionEventKind[] = ["open", "subscribed", "closed"];
/** Bumped when the shape of a saved state changes. */
export const STATE_VERSION = 6;

/** What `--save-state` writes and `--state` reads. */
export interface ReplayState {
  readonly version: number;
  readonly engine: EngineState;
  readonly report: SavedReport;
  readonly intakes: readonly (readonly [VenueId, SavedIntakes])[];
  /** Contracts that the file listed, beside those that come with liqwatch. */
  readonly listed: readonly (readonly [VenueId, readonly Instrument[]])[];
  readonly lateRows: readonly Admitted[];
}

export interface ReplayOptions {
  readonly rules: readonly Rule[];
  readonly usdCoins: readonly string[];
  /** Quiet hours, maintenance and mutes of the configuration; absent = none. */
  readonly holds?: HoldSettings;
  readonly instruments?: Instruments;
  /** When an asset is in cascade; absent = as SPEC 5.2 says. */
  readonly cascade?: CascadeLimits;
  /** Whose score the peaks show; absent = relative. */
  readonly profile?: CascadeProfile;
  readonly state?: ReplayState | null;
  /** Told about every refused line or row. */
  readonly onReject?: (reject: Reject) => void;
}

export class Replay {
  readonly engine: Engine;
  readonly #options: ReplayOptions;
  readonly #peaks: Peaks;
  readonly #instruments: Instruments;
  readonly #report: ReportState;
  readonly #listed = new Instruments();
  readonly #lateRows: LateRows;
  readonly #intakes = new Map<VenueId, RecordedIntakes>();
  #linesRead = 0;

  constructor(options: ReplayOptions) {
    this.#options = options;
    this.#instruments = options.instruments ?? bundledInstruments();
    const holds = new Holds(new MuteBook(), options.holds ?? NO_HOLDS);
    const { profile = "relative", cascade = CASCADE_LIMITS } = options;
    this.#peaks = new Peaks({ profile, cascadeMs: cascade.windowMs });
    this.engine = new Engine({
      rules: [...options.rules, ...this.#peaks.rules],
      limits: REPLAY_LIMITS,
      cascade: options.cascade,
      usualVolumeOf: usualVolumes(),
      ...holds.options,
    });
    const { state, usdCoins } = options;
    this.#lateRows = new LateRows({ instruments: this.#instruments, usdCoins });
    this.#report = state ? restoreReport(state.report) : newReport();
    if (!state) return;
    restoreEngine(this.engine, state.engine);
    for (const [venue, listed] of state.listed) this.#list(venue, listed);
    this.#lateRows.keep(state.lateRows);
    for (const [venue, saved] of state.intakes) this.#intakesOf(venue)?.restore(saved);
  }

  /** Lines that were JSON objects: a file without one is an error. */
  get linesRead(): number {
    return this.#linesRead;
  }

  /** One line of the file. Blank lines are nothing. Never throws on bad input. */
  line(text: string): void {
    if (text.trim() === "") return;
    const line = parseJson(text);
    if (!isFields(line)) {
      this.#reject(rejectOf(line === undefined ? "json" : "shape", "line", text));
      return;
    }
    this.#linesRead += 1;
    if ("frame" in line || "frameBase64" in line) this.#frameLine(line);
    else if ("event" in line) this.#eventLine(line);
    else if ("context" in line) this.#contextLine(line);
    else this.#liquidationLine(line);
  }

  /** `--at-end resolve`: ticks until nothing is open and every window is empty. */
  runToRest(): void {
    while (this.engine.isBusy) {
      this.#step({ type: "clock", nowMs: this.engine.nextTickMs });
    }
  }

  /** The largest time of receipt read. */
  get asOfMs(): number | null {
    return this.#report.asOfMs;
  }

  /** Everything decided so far, in order. */
  get decisions(): readonly Decision[] {
    return this.#report.alerts;
  }

  report(): PrintedReport {
    return reportOf(this.#report, this.engine, this.#peaks);
  }

  save(): ReplayState {
    return {
      version: STATE_VERSION,
      engine: saveEngine(this.engine),
      report: saveReport(this.#report),
      intakes: [...this.#intakes].map(([venue, intakes]) => [venue, intakes.save()]),
      listed: VENUE_IDS.map((venue) => [venue, this.#listed.list(venue)] as const).filter(
        ([, listed]) => listed.length > 0,
      ),
      lateRows: this.#lateRows.save(),
    };
  }

  #liquidationLine(line: Fields): void {
    const read = readEventLine(line, this.#instruments);
    const receivedAtMs = lineClockMs(line);
    const isRow = "dedupeKey" in read;
    if (!isRow) this.#reject(read);
    this.#rows(receivedAtMs, isRow ? [read] : []);
  }

  #frameLine(line: Fields): void {
    this.#report.frames += 1;
    const venue = VENUE_IDS.find((id) => id === line.venue);
    const intakes = venue === undefined ? null : this.#intakesOf(venue);
    const receivedAtMs = lineClockMs(line);
    const text = frameText(line);
    if (intakes === null) this.#reject(rejectOf("shape", "venue", line.venue));
    else if (receivedAtMs === null)
      this.#reject(rejectOf("time", "receivedAtMs", line.receivedAtMs));
    else if (text === null) this.#reject(rejectOf("shape", "frame", line.frame));
    else {
      const frame = intakes.frame(connectionOf(line), text, receivedAtMs);
      for (const reject of frame.rejects) this.#reject(reject);
      this.#rows(receivedAtMs, frame.liquidations);
      return;
    }
    this.#rows(receivedAtMs, []);
  }

  #eventLine(line: Fields): void {
    const receivedAtMs = lineClockMs(line);
    const event = EVENTS.find((one) => one === line.event);
    const venue = VENUE_IDS.find((id) => id === line.venue);
    if (receivedAtMs === null || event === undefined || venue === undefined) {
      this.#reject(rejectOf("shape", "event", line.event));
      this.#rows(receivedAtMs, []);
      return;
    }
    const connection = connectionOf(line);
    this.#intakesOf(venue)?.event(connection, event, receivedAtMs);
    this.#read(receivedAtMs);
    this.#step({ type: "connection", event: { venue, connection, receivedAtMs, event } });
  }

  /** What a recorder knew besides the frames: contracts that venues listed, reference prices. */
  #contextLine({ receivedAtMs, context }: Fields): void {
    const venue = isFields(context) ? VENUE_IDS.find((id) => id === context.venue) : undefined;
    if (isFields(context) && venue !== undefined && Array.isArray(context.instruments)) {
      const instruments = context.instruments.map((one) =>
        isFields(one) ? { ...one, venue } : one,
      );
      const { listed, rejects } = readTable({ instruments });
      const found = listed.map(({ instrument }) => instrument);
      this.#list(venue, found);
      this.#priceLate(venue);
      for (const reject of rejects) this.#reject(reject);
    }
    if (!isReadableTime(receivedAtMs)) {
      this.#reject(rejectOf("time", "receivedAtMs", receivedAtMs));
      return;
    }
    const prices = isFields(context) ? context.referencePrices : undefined;
    const atMs = Math.floor(receivedAtMs);
    this.#read(atMs);
    const reading = isFields(context) ? this.#readingOf(context.reading) : {};
    const referencePrices = this.#pricesOf(prices ?? {});
    this.#step({ type: "context", atMs, referencePrices, ...reading });
  }

  #list(venue: VenueId, listed: readonly Instrument[]): void {
    this.#instruments.add(venue, listed);
    this.#listed.add(venue, listed);
  }

  /** As live: the money enters totals, and nothing is decided about the past. */
  #priceLate(id: VenueId): void {
    const venue = venueById(id);
    const rows = venue === null ? [] : this.#lateRows.price(venue);
    if (rows.length === 0) return;
    this.#step({ type: "repriced", rows });
    repriceReport(this.#report, rows);
  }

  #readingOf(given: unknown): { readonly reading?: VenueReading } {
    if (given === undefined) return {};
    const reading = readReading(given);
    if (reading !== null) return { reading };
    this.#reject(rejectOf("shape", "reading", given));
    return {};
  }

  #pricesOf(prices: unknown): ReferencePrices {
    const given = isFields(prices) ? Object.entries(prices) : [];
    if (!isFields(prices)) this.#reject(rejectOf("shape", "referencePrices", prices));
    const read = given.flatMap(([asset, price]) => {
      if (typeof price === "number" && price > 0) return [[asset, price] as const];
      this.#reject(rejectOf("price", "referencePrices", price));
      return [];
    });
    return Object.fromEntries(read);
  }

  #rows(receivedAtMs: number | null, rows: readonly Liquidation[]): void {
    if (receivedAtMs !== null) this.#read(receivedAtMs);
    this.#step({ type: "rows", receivedAtMs, rows });
  }

  #read(receivedAtMs: number): void {
    this.#report.asOfMs = Math.max(this.#report.asOfMs ?? 0, receivedAtMs);
  }

  #step(input: Parameters<Engine["step"]>[0]): void {
    const { accepted, decisions } = this.engine.step(input);
    addToReport(this.#report, accepted);
    this.#lateRows.keep(accepted);
    this.#report.alerts.push(...decisions);
  }

  #reject(reject: Reject): void {
    this.#report.rejected += 1;
    this.#options.onReject?.(reject);
  }

  #intakesOf(venueId: VenueId): RecordedIntakes | null {
    const known = this.#intakes.get(venueId);
    if (known !== undefined) return known;
    const venue = venueById(venueId);
    if (venue === null) return null;
    const { usdCoins } = this.#options;
    const intakes = new RecordedIntakes(venue, { instruments: this.#instruments, usdCoins });
    this.#intakes.set(venueId, intakes);
    return intakes;
  }
}

/** A recorder's own name for a socket; anything but text or a number is no name. */
function connectionOf({ connection }: Fields): string {
  return typeof connection === "string" || typeof connection === "number" ? `${connection}` : "";
}
