import stringWidth from "string-width";
import { plainText } from "./plain-text.js";

/** One column of a table for people. */
export interface Column {
  readonly title: string;
  /** Numbers stand on the right so that their digits line up. */
  readonly align?: "left" | "right";
}

/** Lays cells out in columns as wide as their widest cell, by the width that a terminal gives each character. */
export function formatTable(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  emphasise: (title: string) => string = (title) => title,
): string {
  const shown = rows.map((row) => row.map(plainText));
  const widths = columns.map(({ title }, index) =>
    shown.reduce(
      (width, row) => Math.max(width, stringWidth(row[index] ?? "")),
      stringWidth(title),
    ),
  );
  const line = (cells: readonly string[], style: (cell: string) => string): string =>
    columns
      .map(({ align }, index) => {
        const cell = cells[index] ?? "";
        const blank = " ".repeat(widths[index]! - stringWidth(cell));
        return align === "right" ? blank + style(cell) : style(cell) + blank;
      })
      .join("  ")
      .trimEnd();
  return [
    line(
      columns.map(({ title }) => title),
      emphasise,
    ),
    ...shown.map((row) => line(row, (cell) => cell)),
  ].join("\n");
}
