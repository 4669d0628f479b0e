import { expect, it } from "vitest";
import { tracesAddress } from "./traces.js";

it.each([
  ["http://127.0.0.1:4318", "http://127.0.0.1:4318/v1/traces"],
  ["https://collector.test/base/", "https://collector.test/base/v1/traces"],
  ["https://collector.test/base?token=t", "https://collector.test/base/v1/traces?token=t"],
])("traces for %s are sent to %s", (endpoint, address) => {
  expect(tracesAddress(endpoint)).toBe(address);
});
