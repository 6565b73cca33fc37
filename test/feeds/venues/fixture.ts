/** Fixture lines of the venues: documentation examples and captures, each with its source. */
import { readFileSync } from "node:fs";
import type { VenueId } from "../../../src/liquidation.ts";

export interface FixtureLine {
  readonly kind: string;
  readonly source: string;
  readonly message: unknown;
  /** The message as the venue would send it. */
  readonly text: string;
}

export function fixturesOf(venue: VenueId): readonly FixtureLine[] {
  const path = new URL(`../../fixtures/${venue}.ndjson`, import.meta.url);
  const lines = readFileSync(path, "utf8").trimEnd().split("\n");
  return lines.map((line) => {
    const { kind, source, message } = JSON.parse(line);
    const text = typeof message === "string" ? message : JSON.stringify(message);
    return { kind, source, message, text };
  });
}
