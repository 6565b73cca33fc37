/**
 * From the text of a frame to liquidations: decoder state of one connection, size limit, and
 * normalize. The same path live, in `decode`, and when recordings are replayed.
 */
import type { Liquidation, Reject } from "../liquidation.ts";
import { rejectOf } from "./fields.ts";
import type { Instruments } from "./instruments.ts";
import { normalizeRows } from "./normalize.ts";
import type { ConnectionEventKind } from "./sink.ts";
import type { Control, Decoded, Row, Venue } from "./venue.ts";

export interface IntakeOptions {
  readonly instruments: Instruments;
  /** Quote coins that count as one USD each. */
  readonly usdCoins: readonly string[];
}

/** One frame's meaning. */
export interface IntakeFrame {
  readonly liquidations: readonly Liquidation[];
  readonly rejects: readonly Reject[];
  readonly control: Control | null;
  readonly pushedAtMs: number | null;
  /** As given; in files without it the push time, else the latest event time, else null. */
  readonly receivedAtMs: number | null;
}

/** One connection of a venue. Thrown away with the connection. */
export interface Intake {
  /** The venue acknowledged the subscription; older rows of a venue that replays are history. */
  subscribed(atMs: number): void;
  /** Never throws. */
  frame(text: string, receivedAtMs: number | null): IntakeFrame;
  save(): SavedIntake;
}

/** What an intake remembers, as plain data: decoder state is plain data by contract. */
export interface SavedIntake {
  readonly state: unknown;
  readonly subscribedAtMs: number | null;
}

/** The connections of one venue in a recording that was read up to some line. */
export interface SavedIntakes {
  readonly hasEvents: boolean;
  readonly connections: readonly (readonly [string, SavedIntake])[];
}

/** A UTF-16 unit becomes at most three bytes of UTF-8. */
const BYTES_PER_UNIT_MAX = 3;

/** A new connection, or the one that `options.saved` remembers. */
export function createIntake(
  venue: Venue,
  options: IntakeOptions & { readonly saved?: SavedIntake },
): Intake {
  const { instruments, usdCoins, saved } = options;
  const state = saved === undefined ? venue.start() : saved.state;
  let subscribedAtMs = saved?.subscribedAtMs ?? null;
  return {
    save: () => ({ state, subscribedAtMs }),
    subscribed(atMs) {
      subscribedAtMs = atMs;
    },
    frame(text, receivedAtMs) {
      if (isTooLarge(text, venue.limits.frameBytesMax)) return tooLarge(text, receivedAtMs);
      const decoded = venue.decode(text, state, { receivedAtMs, subscribedAtMs });
      const { rows, control, pushedAtMs } = decoded;
      const frameAtMs = receivedAtMs ?? pushedAtMs ?? latestMs(rows);
      if (rows.length === 0) return withoutRows(decoded, frameAtMs);
      const normalized = normalizeRows(rows, {
        venue,
        instruments,
        receivedAtMs: frameAtMs,
        usdCoins,
      });
      const { liquidations } = normalized;
      const rejects =
        normalized.rejects.length === 0
          ? decoded.rejects
          : [...decoded.rejects, ...normalized.rejects];
      return { liquidations, rejects, control, pushedAtMs, receivedAtMs: frameAtMs };
    },
  };
}

/**
 * The connections of one venue in a recording, each with its own decoder state. Without event
 * lines a connection is subscribed at its first frame (SPEC 12).
 */
export class RecordedIntakes {
  readonly #venue: Venue;
  readonly #options: IntakeOptions;
  readonly #byConnection = new Map<string, Intake>();
  #hasEvents = false;

  constructor(venue: Venue, options: IntakeOptions) {
    this.#venue = venue;
    this.#options = options;
  }

  frame(connection: string, text: string, receivedAtMs: number): IntakeFrame {
    return this.#intakeOf(connection, receivedAtMs).frame(text, receivedAtMs);
  }

  event(connection: string, event: ConnectionEventKind, receivedAtMs: number): void {
    this.#hasEvents = true;
    // As live: a poller begins once, and what it finds after a failure is late and no replay.
    if (this.#venue.poll !== undefined && this.#byConnection.has(connection)) return;
    if (event !== "subscribed") this.#byConnection.delete(connection);
    if (event === "closed") return;
    // As live: from the opening on, what is older than the connection is what the venue replays.
    this.#intakeOf(connection, receivedAtMs).subscribed(receivedAtMs);
  }

  save(): SavedIntakes {
    const connections = [...this.#byConnection].map(
      ([connection, intake]) => [connection, intake.save()] as const,
    );
    return { hasEvents: this.#hasEvents, connections };
  }

  restore({ hasEvents, connections }: SavedIntakes): void {
    this.#hasEvents = hasEvents;
    for (const [connection, saved] of connections) {
      this.#byConnection.set(connection, createIntake(this.#venue, { ...this.#options, saved }));
    }
  }

  #intakeOf(connection: string, receivedAtMs: number): Intake {
    const known = this.#byConnection.get(connection);
    if (known !== undefined) return known;
    const intake = createIntake(this.#venue, this.#options);
    if (!this.#hasEvents) intake.subscribed(receivedAtMs);
    this.#byConnection.set(connection, intake);
    return intake;
  }
}

function isTooLarge(text: string, bytesMax: number): boolean {
  if (text.length * BYTES_PER_UNIT_MAX <= bytesMax) return false;
  return text.length > bytesMax || Buffer.byteLength(text) > bytesMax;
}

function tooLarge(text: string, receivedAtMs: number | null): IntakeFrame {
  const rejects = [rejectOf("too-large", "frame length", text.length)];
  return { liquidations: [], rejects, control: null, pushedAtMs: null, receivedAtMs };
}

function withoutRows(decoded: Decoded, receivedAtMs: number | null): IntakeFrame {
  const { rejects, control, pushedAtMs } = decoded;
  return { liquidations: [], rejects, control, pushedAtMs, receivedAtMs };
}

function latestMs(rows: readonly Row[]): number | null {
  let latest: number | null = null;
  for (const { occurredAtMs } of rows) {
    if (occurredAtMs !== null && (latest === null || occurredAtMs > latest)) latest = occurredAtMs;
  }
  return latest;
}
