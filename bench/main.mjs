/**
 * `npm run bench [-- PART...] [--json]`: one run, interleaved rounds, ratios; never a timed test. Without
 * names every part runs, in about seven minutes.
 */
import { dayCases, dedupeCases, frameCases, lateCases, windowCases } from "./cases.mjs";
import { chartLines, measureChart } from "./chart.mjs";
import { daemonLines, measureDaemons } from "./daemons.mjs";
import { demoLines, measureDemo } from "./demo.mjs";
import { normalCases } from "./normal.mjs";
import { caseLines, measureCases } from "./rounds.mjs";
import { measureScores } from "./scores.mjs";
import { venueCases } from "./venue-cases.mjs";

/** What a part measures, and how its result is told. */
const cases = (casesOf) => ({
  measure: (onProgress) => measureCases(casesOf(), onProgress),
  linesOf: caseLines,
});
const PARTS = {
  frames: cases(frameCases),
  venues: cases(venueCases),
  windows: cases(windowCases),
  late: cases(lateCases),
  day: cases(dayCases),
  dedupe: cases(dedupeCases),
  normal: cases(normalCases),
  scores: { measure: measureScores, linesOf: caseLines },
  chart: { measure: measureChart, linesOf: chartLines },
  daemons: { measure: measureDaemons, linesOf: daemonLines },
  demo: { measure: measureDemo, linesOf: demoLines },
};

const words = process.argv.slice(2);
const isJson = words.includes("--json");
const asked = words.filter((word) => word !== "--json");
const unknown = asked.filter((word) => !Object.hasOwn(PARTS, word));
if (unknown.length > 0) {
  process.stderr.write(
    `No part ${unknown.join(", ")}; there are ${Object.keys(PARTS).join(", ")}\n`,
  );
  process.exit(2);
}

const report = { node: process.version, parts: {} };
for (const name of asked.length > 0 ? asked : Object.keys(PARTS)) {
  const { measure, linesOf } = PARTS[name];
  const result = await measure((step) => {
    if (process.stderr.isTTY) process.stderr.write(`\r${name}: ${step}`.padEnd(60));
  });
  if (process.stderr.isTTY) process.stderr.write(`\r${" ".repeat(60)}\r`);
  report.parts[name] = result;
  if (!isJson)
    process.stdout.write(
      `\n${name}\n${linesOf(result)
        .map((line) => `  ${line}\n`)
        .join("")}`,
    );
}
if (isJson) process.stdout.write(`${JSON.stringify(report)}\n`);
