// One plain line of figures from vitest's JSON report: node scripts/count-results.mjs FILE
import { readFileSync } from "node:fs";

const report = JSON.parse(readFileSync(process.argv[2] ?? "", "utf8"));
const { numPassedTests, numFailedTests, numPendingTests, numTodoTests } = report;
// A suite that could not even be loaded has no tests to fail.
const broken = report.testResults.filter(({ status, assertionResults }) => {
  return status === "failed" && !assertionResults.some((test) => test.status === "failed");
});
const failed = numFailedTests + broken.length;
const skipped = numPendingTests + numTodoTests;
console.log(`${numPassedTests} passed, ${failed} failed, ${skipped} skipped`);
process.exit(failed === 0 && numPassedTests > 0 ? 0 : 1);
