import { expect, it } from "vitest";
import { readSettings } from "../settings.js";

it("hosts of pictures are spelt as addresses of pictures are read", () => {
  const urlAllow = "[FD00:0:0:0::1]:8080,[0:0:0:0:0:0:0:1],10.0.0.010,0x7f.1:0443,A_b.Internal";
  expect(readSettings({ urlAllow }, {}).urlAllow).toEqual([
    "[fd00::1]:8080",
    "[::1]",
    "10.0.0.8",
    "127.0.0.1:443",
    "a_b.internal",
  ]);
});
