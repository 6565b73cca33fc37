/** `npm run bench [-- --json]`: one run, interleaved rounds, ratios; never a timed test. */
import { dayCases, dedupeCases, frameCases, lateCases, windowCases } from "./cases.mjs";
import { measureDemo } from "./demo.mjs";
import { measure } from "./rounds.mjs";

const isJson = process.argv.includes("--json");
const groups = {
  frames: frameCases,
  windows: windowCases,
  "late rows": lateCases,
  "24 h": dayCases,
  dedupe: dedupeCases,
};
const report = { node: process.version, groups: {} };

for (const [group, casesOf] of Object.entries(groups)) {
  const cases = casesOf();
  const results = measure(cases, (round, rounds) => {
    if (process.stderr.isTTY) process.stderr.write(`\r${group}: round ${round} of ${rounds} `);
  });
  report.groups[group] = cases.map(({ name, bytesPerRow }) => {
    const { nsPerOp, minNs, maxNs } = results.get(name);
    const floor = results.get(`${name.split(":")[0]}: JSON.parse`);
    return {
      name,
      nsPerOp: Math.round(nsPerOp),
      minNs: Math.round(minNs),
      maxNs: Math.round(maxNs),
      ...(floor === undefined ? {} : { timesJsonParse: round(nsPerOp / floor.nsPerOp) }),
      ...(bytesPerRow === undefined ? {} : { bytesPerRow: round(bytesPerRow) }),
    };
  });
}

if (process.stderr.isTTY) process.stderr.write("\rthe demo's crash, 98 s                 \n");
report.demo = await measureDemo();

if (isJson) process.stdout.write(`${JSON.stringify(report)}\n`);
else {
  for (const [group, rows] of Object.entries(report.groups)) print(group, rows);
  const { p50Ms, p99Ms, maxMs, rssMb } = report.demo;
  process.stdout.write("\nthe demo's crash\n");
  process.stdout.write(
    `  event-loop delay, main thread: p50 ${p50Ms} ms, p99 ${p99Ms} ms, max ${maxMs} ms; ${rssMb} MB RSS\n`,
  );
}

function print(group, rows) {
  process.stdout.write(`\n${group}\n`);
  for (const row of rows) {
    const ratio = row.timesJsonParse === undefined ? "" : `  ${row.timesJsonParse} x JSON.parse`;
    const bytes = row.bytesPerRow === undefined ? "" : `  ${row.bytesPerRow} bytes per row`;
    const spread = `(${row.minNs} to ${row.maxNs})`;
    process.stdout.write(
      `  ${row.name.padEnd(48)} ${String(row.nsPerOp).padStart(8)} ns ${spread}${ratio}${bytes}\n`,
    );
  }
}

function round(value) {
  return Math.round(value * 100) / 100;
}
