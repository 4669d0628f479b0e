/** Costs over the number of faces, as an SVG: both axes logarithmic, so that growth is a slope. */
import type { Measured } from "./measure.js";

const size = { width: 720, height: 420, left: 70, right: 200, top: 40, bottom: 50 } as const;

const series: readonly { name: string; colour: string; value: (row: Measured) => number }[] = [
  { name: "read, µs", colour: "#1f6feb", value: (row) => row.readMicroseconds },
  {
    name: "read of 1000, µs each",
    colour: "#8250df",
    value: (row) => row.readOfThousandMicroseconds,
  },
  {
    name: "insert together, µs",
    colour: "#bf3989",
    value: (row) => row.insertTogetherMicroseconds,
  },
  { name: "sweep, µs", colour: "#bc4c00", value: (row) => row.sweepMicroseconds },
  { name: "start, ms", colour: "#1a7f37", value: (row) => row.startMilliseconds },
];

export function plot(rows: readonly Measured[]): string {
  const values = series.flatMap(({ value }) => rows.map(value));
  const low = 10 ** Math.floor(Math.log10(Math.min(...values)));
  const high = 10 ** Math.ceil(Math.log10(Math.max(...values)));
  const [fewest, most] = [rows[0]!.faces, rows.at(-1)!.faces];
  const x = (faces: number): number =>
    size.left +
    ((size.width - size.left - size.right) * Math.log(faces / fewest)) /
      Math.max(Math.log(most / fewest), 1e-9);
  const y = (value: number): number =>
    size.height -
    size.bottom -
    ((size.height - size.top - size.bottom) * Math.log(value / low)) / Math.log(high / low);
  const text = (at: { x: number; y: number; anchor?: string }, words: string, colour = "#333") =>
    `<text x="${at.x.toFixed(1)}" y="${at.y.toFixed(1)}" text-anchor="${at.anchor ?? "start"}" fill="${colour}">${words}</text>`;
  const lines: string[] = [];
  for (let decade = low; decade <= high * 1.001; decade *= 10)
    lines.push(
      `<line x1="${size.left}" x2="${size.width - size.right}" y1="${y(decade)}" y2="${y(decade)}" stroke="#ddd"/>`,
      text(
        { x: size.left - 8, y: y(decade) + 4, anchor: "end" },
        String(Number(decade.toPrecision(1))),
      ),
    );
  for (const { faces } of rows)
    lines.push(
      text(
        { x: x(faces), y: size.height - size.bottom + 20, anchor: "middle" },
        faces.toLocaleString("en"),
      ),
    );
  // Names beside the ends of their lines, pushed apart where lines end close together.
  let above = -Infinity;
  const last = rows.at(-1)!;
  for (const { name, colour, value } of [...series].sort((a, b) => b.value(last) - a.value(last))) {
    const points = rows.map((row) => `${x(row.faces).toFixed(1)},${y(value(row)).toFixed(1)}`);
    lines.push(
      `<polyline points="${points.join(" ")}" fill="none" stroke="${colour}" stroke-width="2"/>`,
    );
    above = Math.max(y(value(last)) + 4, above + 16);
    lines.push(text({ x: size.width - size.right + 10, y: above }, name, colour));
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size.width} ${size.height}" font-family="sans-serif" font-size="13"><rect width="100%" height="100%" fill="#fff"/>${text({ x: size.left, y: 22 }, "What one face costs in a store of so many faces")}${lines.join("")}</svg>\n`;
}
