import { describe, expect, test } from "vitest";
import { run } from "../../src/cli/run.ts";
import { recordedIo } from "./recorded-io.ts";

const ENDS_MS_MAX = 60_000;

/** The texts of the structured log on stderr; other lines are for people. */
function logTexts(err: string): readonly string[] {
  const lines = err.split("\n").filter((line) => line.startsWith("{"));
  return lines.map((line) => String(JSON.parse(line).msg));
}

describe("run", () => {
  test("says that it stops and what it did, after the demo said that it begins", {
    timeout: ENDS_MS_MAX,
  }, async () => {
    const io = recordedIo({ LIQWATCH_HTTP_PORT: "0" });
    expect(await run(["--demo", "--for", "100ms", "--json"], io)).toBe(0);
    const texts = logTexts(io.written.err);
    const first = texts.indexOf("The demo's script begins");
    expect(first).toBeGreaterThanOrEqual(0);
    expect(texts.slice(first).filter((text) => text.startsWith("Stop"))).toEqual([
      "Stopping in order; a second signal ends it at once",
      "Stopped",
    ]);
    expect(texts.at(-1)).toBe("Stopped");
    expect(JSON.parse(io.written.out)).toMatchObject({ rejected: 0, errors: 0 });
  });
});
