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

it("counts the columns that a terminal gives wide characters and colours", () => {
  const [, wide, coloured] = formatTable(
    [{ title: "F" }, { title: "N" }],
    [
      ["写真", "1"],
      ["\u001b[1mabcd\u001b[22m", "2"],
    ],
  ).split("\n");
  expect(wide).toBe("写真  1");
  expect(coloured).toBe("\u001b[1mabcd\u001b[22m  2");
});

it("lays out more rows than a function takes arguments", () => {
  const rows = Array.from({ length: 200_000 }, (_unused, index) => [String(index)]);
  expect(formatTable([{ title: "Face" }], rows).split("\n")).toHaveLength(200_001);
});
