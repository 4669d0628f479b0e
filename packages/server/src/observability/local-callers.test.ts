import { expect, it } from "vitest";
import { isDirectAndLocal } from "./local-callers.js";

it.each([
  ["127.0.0.1", "127.0.0.1", true],
  ["127.0.0.2", "127.0.0.1", true],
  ["::ffff:127.0.0.1", "::ffff:127.0.0.1", true],
  ["::1", "::1", true],
  ["10.9.9.9", "10.9.9.9", true],
  ["::ffff:10.9.9.9", "::ffff:10.9.9.9", true],
  ["fd00::9", "fd00::9", true],
  ["10.9.9.8", "10.9.9.9", false],
  ["fd00::8", "fd00::9", false],
])("a caller from %s at %s is on this machine: %s", (remoteAddress, localAddress, local) => {
  const socket = { remoteAddress, localAddress };
  expect(isDirectAndLocal({ headers: {}, socket })).toBe(local);
  expect(isDirectAndLocal({ headers: { via: "1.1 proxy" }, socket })).toBe(false);
});

it("a caller who is gone is nowhere", () => {
  expect(isDirectAndLocal({ headers: {}, socket: {} })).toBe(false);
});
