// Prints the closing line of a run, from the statuses of its two steps and vitest's JSON report, and exits with 1 unless
// all is well: `node .ci/summary.js REPORT CHECK_STATUS TEST_STATUS`.
import { readFileSync } from "node:fs";

const [file, ...statuses] = process.argv.slice(2);
const [checkStatus, testStatus] = statuses.map(Number);

/** Absent where the build fails: then no test is run. */
function readReport() {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return {
      numPassedTests: 0,
      numFailedTests: 0,
      numPendingTests: 0,
      numTodoTests: 0,
      testResults: [],
    };
  }
}

const report = readReport();
// A file that could not be loaded, or whose hooks failed, counts as one failure where none of its tests does.
const failedFiles = report.testResults.filter(
  ({ status, assertionResults }) =>
    status === "failed" && !assertionResults.some((test) => test.status === "failed"),
).length;
const told = report.numFailedTests + failedFiles;
// What fails otherwise, as a build or an error outside the tests, counts as one too.
const untold = testStatus !== 0 && told === 0 ? 1 : 0;
const failed = told + untold + (checkStatus === 0 ? 0 : 1);
const skipped = report.numPendingTests + report.numTodoTests;
console.log(
  `${report.numPassedTests} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`,
);
process.exitCode = failed > 0 ? 1 : 0;
