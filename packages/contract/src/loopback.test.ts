import { expect, it } from "vitest";
import { isLoopback } from "./loopback.js";

it.each([
  ["http://localhost", true],
  ["http://LOCALHOST:5050", true],
  ["http://127.0.0.1", true],
  ["http://127.255.255.254", true],
  ["http://127.1", true],
  ["http://[0:0:0:0:0:0:0:1]", true],
  ["http://127.0.0.1.example.com", false],
  ["http://127.example.com", false],
  ["http://localhost.example.com", false],
  // Who turns such names into addresses may be a stranger's DNS.
  ["http://mien.localhost", false],
  ["http://0.0.0.0", false],
  ["http://[::]", false],
  ["http://[::ffff:127.0.0.1]", false],
  ["http://10.0.0.1", false],
])("%s is this machine: %s", (url, here) => {
  expect(isLoopback(new URL(url).hostname)).toBe(here);
});
