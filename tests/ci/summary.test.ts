/** The closing line of `.ci/run`: nothing that fails may go uncounted. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";

const program = join(import.meta.dirname, "../../.ci/summary.js");
const folder = mkdtempSync(join(tmpdir(), "summary-"));
afterAll(() => rmSync(folder, { recursive: true }));

type Status = "passed" | "failed" | "pending";

/** A report as vitest writes it, of files with the statuses of their tests. */
function report(...files: { status: "passed" | "failed"; tests: Status[] }[]): string {
  const tests = files.flatMap((file) => file.tests);
  const count = (status: Status) => tests.filter((own) => own === status).length;
  const path = join(folder, "results.json");
  writeFileSync(
    path,
    JSON.stringify({
      numPassedTests: count("passed"),
      numFailedTests: count("failed"),
      numPendingTests: count("pending"),
      numTodoTests: 0,
      success: files.every(({ status }) => status === "passed"),
      testResults: files.map(({ status, tests: own }) => ({
        status,
        assertionResults: own.map((test) => ({ status: test })),
      })),
    }),
  );
  return path;
}

function summary(file: string, check: number, test: number) {
  const { stdout, status } = spawnSync(
    process.execPath,
    [program, file, String(check), String(test)],
    { encoding: "utf8" },
  );
  return { line: stdout, status };
}

it.each<[string, Parameters<typeof report>, number, number, string]>([
  [
    "all that passes",
    [{ status: "passed", tests: ["passed", "passed"] }],
    0,
    0,
    "2 passed, 0 failed\n",
  ],
  [
    "tests that fail or are skipped",
    [{ status: "failed", tests: ["passed", "failed", "pending"] }],
    0,
    1,
    "1 passed, 1 failed, 1 skipped\n",
  ],
  ["a file that does not load", [{ status: "failed", tests: [] }], 0, 1, "0 passed, 1 failed\n"],
  [
    "a hook that fails beside tests that pass",
    [{ status: "failed", tests: ["passed", "passed"] }],
    0,
    1,
    "2 passed, 1 failed\n",
  ],
  [
    "a check that fails beside a test",
    [{ status: "failed", tests: ["passed", "failed"] }],
    1,
    1,
    "1 passed, 2 failed\n",
  ],
  [
    "an error outside of all tests",
    [{ status: "passed", tests: ["passed"] }],
    0,
    1,
    "1 passed, 1 failed\n",
  ],
])("counts %s", (_name, files, check, test, line) => {
  expect(summary(report(...files), check, test)).toEqual({
    line,
    status: line.includes(" 0 failed") ? 0 : 1,
  });
});

it("counts a run without a report", () => {
  expect(summary(join(folder, "absent.json"), 2, 2)).toEqual({
    line: "0 passed, 2 failed\n",
    status: 1,
  });
});
