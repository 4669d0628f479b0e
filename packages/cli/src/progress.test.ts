import { describe, expect, it } from "vitest";
import { ProgressBar, formatDuration } from "./progress.js";

class Screen {
  readonly columns = 80;
  text = "";
  constructor(readonly isTTY: boolean) {}
  write(text: string): void {
    this.text += text;
  }
  get line(): string {
    return this.text.split("\u001b[2K").at(-1)!;
  }
}

describe("ProgressBar", () => {
  it("tells how far the work is and how long the rest takes at the pace so far", () => {
    const screen = new Screen(true);
    let now = 0;
    const bar = new ProgressBar(screen, "Looking", 4, () => now);
    now = 2000;
    bar.step("a.jpg");
    expect(screen.line).toBe(`Looking ${"█".repeat(6)}${"░".repeat(18)} 1/4, 6 s left  a.jpg`);
  });

  it("never writes more than a line is wide", () => {
    const screen = new Screen(true);
    let now = 0;
    const bar = new ProgressBar(screen, "Looking", 2, () => now);
    now = 1000;
    bar.step(`\u001b[2J\n${"写".repeat(200)}`);
    expect(screen.line.length).toBeLessThan(80);
    expect(screen.line).not.toMatch(/\p{Cc}/u);
    expect(screen.line.endsWith("…")).toBe(true);
  });

  it.each([
    ["no terminal", false, 4],
    ["a single step", true, 1],
  ])("shows nothing for %s", (_what, isTTY, total) => {
    const screen = new Screen(isTTY);
    const bar = new ProgressBar(screen, "Looking", total);
    bar.step("a");
    bar.finish();
    expect(screen.text).toBe("");
  });

  it("leaves a clean line", () => {
    const screen = new Screen(true);
    new ProgressBar(screen, "Looking", 2).finish();
    expect(screen.text.endsWith("\r\u001b[2K")).toBe(true);
  });
});

it.each([
  [0.2, "1 s"],
  [59.5, "1 min 0 s"],
  [200, "3 min 20 s"],
  [7500, "2 h 5 min"],
])("says %d seconds as %s", (seconds, text) => {
  expect(formatDuration(seconds)).toBe(text);
});
