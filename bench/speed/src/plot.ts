/** Plots as SVG, readable on light and dark pages, with their numbers in the text around them. */

export interface Series {
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

export interface Axis {
  readonly label: string;
  readonly logarithmic?: boolean;
}

const width = 640;
const height = 320;
const margin = { left: 64, right: 160, top: 16, bottom: 44 };
const colours = ["#0b6bcb", "#c4320a", "#2f7d32", "#7b3fa0", "#8a6d00"];

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}

/** Round numbers that span the values. */
function ticks(low: number, high: number, logarithmic: boolean): number[] {
  if (logarithmic) {
    const result: number[] = [];
    for (let power = Math.floor(Math.log10(low)); 10 ** power <= high * 1.0001; power++)
      for (const step of [1, 2, 5]) result.push(step * 10 ** power);
    return result.filter((tick) => tick >= low * 0.999 && tick <= high * 1.001);
  }
  const raw = (high - low) / 5 || 1;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= raw)!;
  const result: number[] = [];
  for (let tick = Math.ceil(low / step) * step; tick <= high; tick += step) result.push(tick);
  return result;
}

function short(value: number): string {
  return String(Number(value.toPrecision(3)));
}

/** Lines through the points of each series. */
export function linePlot(title: string, x: Axis, y: Axis, series: readonly Series[]): string {
  const all = series.flatMap(({ points }) => points);
  const range = (index: 0 | 1, { logarithmic = false }: Axis): [number, number] => {
    const values = all.map((point) => point[index]);
    const low = logarithmic ? Math.min(...values) : Math.min(0, ...values);
    const high = Math.max(...values);
    return [low, high === low ? low + 1 : high];
  };
  const [left, right] = range(0, x);
  const [bottom, top] = range(1, y);
  const place = (
    value: number,
    low: number,
    high: number,
    { logarithmic = false }: Axis,
  ): number =>
    logarithmic ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low);
  const plotWidth = width - margin.left - margin.right;
  const plotHeight = height - margin.top - margin.bottom;
  const atX = (value: number): number => margin.left + place(value, left, right, x) * plotWidth;
  const atY = (value: number): number =>
    margin.top + (1 - place(value, bottom, top, y)) * plotHeight;
  const fixed = (value: number): string => value.toFixed(1);
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" font-family="sans-serif" font-size="12" fill="#777">`,
    `<title>${escaped(title)}</title>`,
    ...ticks(bottom, top, y.logarithmic ?? false).flatMap((tick) => [
      `<path d="M${margin.left} ${fixed(atY(tick))}H${width - margin.right}" stroke="#8884"/>`,
      `<text x="${margin.left - 6}" y="${fixed(atY(tick) + 4)}" text-anchor="end">${short(tick)}</text>`,
    ]),
    ...ticks(left, right, x.logarithmic ?? false).map(
      (tick) =>
        `<text x="${fixed(atX(tick))}" y="${height - margin.bottom + 18}" text-anchor="middle">${short(tick)}</text>`,
    ),
    `<text x="${margin.left + plotWidth / 2}" y="${height - 6}" text-anchor="middle">${escaped(x.label)}</text>`,
    `<text transform="translate(14 ${margin.top + plotHeight / 2}) rotate(-90)" text-anchor="middle">${escaped(y.label)}</text>`,
    ...series.flatMap(({ name, points }, index) => {
      const colour = colours[index % colours.length]!;
      const path = points
        .map(([px, py], at) => `${at === 0 ? "M" : "L"}${fixed(atX(px))} ${fixed(atY(py))}`)
        .join("");
      return [
        `<path d="${path}" fill="none" stroke="${colour}" stroke-width="2"/>`,
        `<text x="${width - margin.right + 10}" y="${margin.top + 14 + index * 18}" fill="${colour}">${escaped(name)}</text>`,
      ];
    }),
    "</svg>",
  ];
  return `${parts.join("\n")}\n`;
}
