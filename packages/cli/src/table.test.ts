import { expect, it } from "vitest";
import { formatTable } from "./table.js";

it("lines up words on the left and numbers on the right", () => {
  const table = formatTable(
    [{ title: "File" }, { title: "Faces", align: "right" }],
    [
      ["a.jpg", "12"],
      ["longer.jpg", "3"],
    ],
  );
  expect(table).toBe("File        Faces\na.jpg          12\nlonger.jpg      3");
});

it("counts the columns that a terminal gives wide characters, and none for colours of titles", () => {
  const [titles, wide, short] = formatTable(
    [{ title: "F" }, { title: "N" }],
    [
      ["写真", "1"],
      ["abcd", "2"],
    ],
    (title) => `\u001b[1m${title}\u001b[22m`,
  ).split("\n");
  expect(titles).toBe("\u001b[1mF\u001b[22m     \u001b[1mN\u001b[22m");
  expect(wide).toBe("写真  1");
  expect(short).toBe("abcd  2");
});

it("gives each row one line of plain text, whatever its cells hold", () => {
  const rows = [
    ["a\n\u001b[31mb", "1"],
    ["c", "2"],
  ];
  expect(formatTable([{ title: "F" }, { title: "N" }], rows).split("\n")).toEqual([
    "F               N",
    "a\\x0a\\x1b[31mb  1",
    "c               2",
  ]);
});

it("lays out more rows than a function takes arguments", () => {
  const rows = Array.from({ length: 200_000 }, (_unused, index) => [String(index)]);
  expect(formatTable([{ title: "Face" }], rows).split("\n")).toHaveLength(200_001);
});
