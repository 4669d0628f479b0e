// Prints the closing line of a run from vitest's JSON report and exits with the run's own status.
import { readFileSync } from "node:fs";

const status = Number(process.argv[2]);
const report = JSON.parse(readFileSync(new URL("results.json", import.meta.url), "utf8"));
const failedSuites = report.testResults.filter(
  (suite) => suite.status === "failed" && suite.assertionResults.length === 0,
).length;
// A suite that could not load, and a failed check, count as one failure each.
const checkFailures = status !== 0 && report.success ? 1 : 0;
const failed = report.numFailedTests + failedSuites + checkFailures;
const skipped = report.numPendingTests + report.numTodoTests;
console.log(
  `${report.numPassedTests} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`,
);
process.exit(failed > 0 ? 1 : status);
