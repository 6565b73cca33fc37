import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { Replay } from "../src/cli/replay-run.ts";
import { sortedJson } from "../src/cli/report.ts";
import { loadSettings } from "../src/config.ts";

const EXAMPLES = new URL("./formats/examples/", import.meta.url);

describe("the worked examples of the formats", () => {
  for (const name of readdirSync(EXAMPLES).sort()) {
    it(`${name} comes out exactly`, () => {
      const read = (file: string) => readFileSync(new URL(`${name}/${file}`, EXAMPLES), "utf8");
      const { rules, usdCoins } = loadSettings({
        file: new URL(`${name}/config.yaml`, EXAMPLES).pathname,
        env: {},
        needsNotifiers: false,
      });
      const replay = new Replay({ rules, usdCoins });
      for (const line of read("input.ndjson").split("\n")) replay.line(line);
      if (read("config.yaml").includes("--at-end resolve")) replay.runToRest();
      const { peaks, ...report } = JSON.parse(sortedJson(replay.report()));
      expect(report).toEqual(JSON.parse(read("report.json")));
      expect(Object.keys(peaks).length).toBeGreaterThan(0);
    });
  }
});
