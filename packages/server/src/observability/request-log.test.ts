import { expect, it } from "vitest";
import type { LogLevel } from "./choices.js";
import { createRequestLog } from "./request-log.js";

const served = { requestId: "1", operation: "detect", started: 0 } as const;
const other = { requestId: "2", operation: "other", started: 0 } as const;
const refused = {
  ...other,
  requestId: "3",
  error: { key: "notServed", code: "UnsupportedFeature" },
};

/** Ids of the requests that leave a line. */
function logged(level: LogLevel): string[] {
  const ids: string[] = [];
  const log = createRequestLog(level, {
    write: (line: string) => void ids.push((JSON.parse(line) as { requestId: string }).requestId),
  });
  log.answered(served, 200, 1);
  log.answered(other, 200, 1);
  log.answered(refused, 403, 1);
  log.answered({ ...served, requestId: "4" }, 503, 1);
  return ids;
}

it("tells of operations and of what is refused, of pages and probes only to those who debug", () => {
  expect(logged("off")).toEqual([]);
  expect(logged("error")).toEqual(["4"]);
  expect(logged("info")).toEqual(["1", "3", "4"]);
  expect(logged("debug")).toEqual(["1", "2", "3", "4"]);
});
