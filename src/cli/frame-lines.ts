/**
 * The input lines of `decode`: bare frames, `{receivedAtMs, frame}`, recorded lines, fixture lines.
 * One decoder state per file; recorded connections keep their own.
 */

import type { Fields } from "../feeds/fields.ts";
import { isFields, parseJson, rejectOf } from "../feeds/fields.ts";
import type { Intake, IntakeFrame, IntakeOptions } from "../feeds/intake.ts";
import { createIntake, RecordedIntakes } from "../feeds/intake.ts";
import type { ConnectionEventKind } from "../feeds/sink.ts";
import type { Venue } from "../feeds/venue.ts";
import type { RejectReason } from "../liquidation.ts";
import { isReadableTime } from "../liquidation.ts";
import type { Line } from "./lines.ts";

/** Kinds of fixture lines that are REST samples: no frame of a feed. */
const REST_KINDS: readonly unknown[] = ["open_interest", "funding", "instruments"];

const EVENTS: readonly ConnectionEventKind[] = ["open", "subscribed", "closed"];

export class FrameLines {
  readonly #venue: Venue;
  readonly #bare: Intake;
  readonly #recorded: RecordedIntakes;

  constructor(venue: Venue, options: IntakeOptions) {
    this.#venue = venue;
    this.#bare = createIntake(venue, options);
    this.#recorded = new RecordedIntakes(venue, options);
  }

  /** What a line says; null when it holds no frame of this venue. Never throws. */
  read(line: Line): IntakeFrame | null {
    if (line.cut) return refusal("too-large", "line length", line.text.length);
    if (line.text.trim() === "") return null;
    const value = parseJson(line.text);
    if (typeof value === "string") return this.#bare.frame(value, null);
    if (!isFields(value)) return this.#bare.frame(line.text, null);
    if (Object.hasOwn(value, "venue") && isRecorded(value)) return this.#readRecorded(value);
    if (Object.hasOwn(value, "frame")) return this.#readTimed(value);
    if (Object.hasOwn(value, "context") && Object.hasOwn(value, "receivedAtMs")) return null;
    if (Object.hasOwn(value, "message")) return this.#readFixture(value);
    return this.#bare.frame(line.text, null);
  }

  #readRecorded(fields: Fields): IntakeFrame | null {
    if (fields.venue !== this.#venue.id) return null;
    const atMs = timeOf(fields);
    if (atMs === null) return refusal("time", "receivedAtMs", fields.receivedAtMs);
    const connection = typeof fields.connection === "string" ? fields.connection : "";
    if (Object.hasOwn(fields, "event")) {
      const event = EVENTS.find((known) => known === fields.event);
      if (event === undefined) return refusal("shape", "event", fields.event);
      this.#recorded.event(connection, event, atMs);
      return null;
    }
    const text = frameText(fields);
    return text === null
      ? refusal("shape", "frame", fields.frame ?? fields.frameBase64)
      : this.#recorded.frame(connection, text, atMs);
  }

  #readTimed(fields: Fields): IntakeFrame | null {
    const isTimed = fields.receivedAtMs !== undefined && fields.receivedAtMs !== null;
    const atMs = isTimed ? timeOf(fields) : null;
    if (isTimed && atMs === null) return refusal("time", "receivedAtMs", fields.receivedAtMs);
    const text = frameText(fields);
    return text === null ? refusal("shape", "frame", fields.frame) : this.#bare.frame(text, atMs);
  }

  /** Where a venue sends no times the line may say when its message was received. */
  #readFixture(fields: Fields): IntakeFrame | null {
    const { kind, message } = fields;
    if (REST_KINDS.includes(kind)) return null;
    const text = writtenAs(message);
    if (text === null) return refusal("shape", "message", message);
    return this.#bare.frame(text, timeOf(fields));
  }
}

function isRecorded(fields: Fields): boolean {
  return ["frame", "frameBase64", "event"].some((key) => Object.hasOwn(fields, key));
}

function timeOf(fields: Fields): number | null {
  return isReadableTime(fields.receivedAtMs) ? Math.floor(fields.receivedAtMs) : null;
}

/** The text of a `frame` or `frameBase64` field; null when there is none to read. Never throws. */
export function frameText({ frame, frameBase64 }: Fields): string | null {
  if (frame !== undefined) return writtenAs(frame);
  return typeof frameBase64 === "string"
    ? Buffer.from(frameBase64, "base64").toString("utf8")
    : null;
}

/** A frame given as text, or as JSON written out again; null when it is nested without end. */
function writtenAs(frame: unknown): string | null {
  if (typeof frame === "string") return frame;
  try {
    return JSON.stringify(frame) ?? null;
  } catch {
    return null;
  }
}

function refusal(reason: RejectReason, field: string, value: unknown): IntakeFrame {
  const rejects = [rejectOf(reason, field, value)];
  return { liquidations: [], rejects, control: null, pushedAtMs: null, receivedAtMs: null };
}
