import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { plainReplay } from "./plain-replay.ts";
import { rulesOfFile } from "./rules-of-file.ts";

const EXAMPLES = new URL("../formats/examples/", import.meta.url);

describe("the plain reading of SPEC", () => {
  for (const name of readdirSync(EXAMPLES).sort()) {
    it(`gives the report of the worked example ${name}`, () => {
      const read = (file: string) => readFileSync(new URL(`${name}/${file}`, EXAMPLES), "utf8");
      const config = read("config.yaml");
      const lines = read("input.ndjson").trimEnd().split("\n");
      const options = config.includes("--at-end resolve") ? { atEnd: "resolve" as const } : {};
      const report = plainReplay(lines, rulesOfFile(config), options);
      expect(JSON.parse(JSON.stringify(report))).toEqual(JSON.parse(read("report.json")));
    });
  }
});
