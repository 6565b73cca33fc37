import { describe, expect, test } from "vitest";
import { parseArguments, usageOf } from "../../src/cli/arguments.ts";
import { LiqError } from "../../src/errors.ts";

const INFO = {
  name: "sample",
  summary: "a sample",
  notes: [],
  positionals: [
    { name: "VENUE", isRequired: true, summary: "a venue" },
    { name: "FILE", isRequired: false, summary: "a file" },
  ],
  options: {
    config: { kind: "text", value: "F", summary: "file" },
    for: { kind: "duration", value: "20s", summary: "how long" },
    speed: { kind: "number", value: "N", summary: "how fast" },
    report: { kind: ["json", "text"], value: "json", summary: "how" },
    json: { kind: "flag", summary: "machine text" },
    tag: { kind: "text", value: "T", summary: "any number of them", repeats: true },
  },
} as const;

const USAGE =
  "liqwatch sample VENUE [FILE] [--config F] [--for 20s] [--speed N] [--report json] [--json] [--tag T]...";

describe("arguments", () => {
  test("values come in their types, with null and false for what was not given", () => {
    const all = ["okx", "--for", "20s", "--json", "f.ndjson", "--speed=2.5", "--report", "text"];
    expect(parseArguments(INFO, all)).toEqual({
      values: { config: null, for: 20_000, speed: 2.5, report: "text", json: true, tag: [] },
      positionals: ["okx", "f.ndjson"],
    });
    expect(parseArguments(INFO, ["okx"]).values).toEqual({
      config: null,
      for: null,
      speed: null,
      report: null,
      json: false,
      tag: [],
    });
  });

  test("what repeats is a list in the order given", () => {
    const tags = ["okx", "--tag", "b", "--tag=a", "--tag", "b"];
    expect(parseArguments(INFO, tags).values.tag).toEqual(["b", "a", "b"]);
  });

  test("everything after -- is positional, and so is a single dash", () => {
    expect(parseArguments(INFO, ["--", "--json", "-"]).positionals).toEqual(["--json", "-"]);
  });

  test.each([
    [["okx", "--jsn"], "Unknown option --jsn; did you mean --json?"],
    [["okx", "--constructor"], "Unknown option --constructor"],
    [["okx", "-x"], "Unknown option -x"],
    [["okx", "--config"], "Option --config needs a value"],
    [["okx", "--config="], "Option --config needs a value"],
    [["okx", "--json=yes"], "Option --json takes no value, given yes"],
    [["okx", "--json", "--json"], "Option --json is given twice"],
    [["okx", "--for", "20"], "Option --for is 20, expected a duration"],
    [["okx", "--speed", "fast"], "Option --speed is fast, expected a number"],
    [
      ["okx", "--report", "jsn"],
      "Option --report is jsn, expected one of json, text; did you mean",
    ],
    [[], "VENUE is missing: a venue"],
    [["okx", "a", "b"], "Unexpected argument b"],
  ])("%j is refused with %s", (args, text) => {
    let error: unknown = null;
    try {
      parseArguments(INFO, args);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(LiqError);
    expect(error).toMatchObject({ code: "LIQ_COMMAND", exitCode: 2 });
    expect(String(error)).toContain(text);
    expect(String(error)).toContain(`Usage: ${USAGE}`);
  });

  test("the usage line shows what is required and what is not", () => {
    expect(usageOf(INFO)).toBe(USAGE);
  });
});
