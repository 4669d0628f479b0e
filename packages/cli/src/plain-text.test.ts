import { expect, it } from "vitest";
import { plainJson, plainLines, plainText } from "./plain-text.js";

it("writes every control character so that a terminal shows it", () => {
  expect(plainText("a\u001b]0;title\u0007\r\n\t\u007f\u009b2J写")).toBe(
    "a\\x1b]0;title\\x07\\x0d\\x0a\\x09\\x7f\\x9b2J写",
  );
});

it("leaves whole output its lines and colours", () => {
  expect(plainLines("\u001b[1mFile\u001b[22m\nb\u001b[2K\u009d\u0000\n")).toBe(
    "\u001b[1mFile\u001b[22m\nb\\x1b[2K\\x9d\\x00\n",
  );
});

it("writes JSON that a terminal shows and a program reads as it was", () => {
  const name = "a\u001b\u007f\u0085\u009b写\n";
  expect(plainJson({ name })).toBe('{\n  "name": "a\\u001b\\u007f\\u0085\\u009b写\\n"\n}');
  expect(JSON.parse(plainJson({ name }))).toEqual({ name });
});
