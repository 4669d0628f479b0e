/** Tones of the parts of a crop in CIE L*a*b*, where distances are as eyes see them: hair is told by its colour. */

/** Cells along each side of the crop. */
const cells = 8;
/** Values that {@link cellTones} gives. */
export const toneLength = cells * cells * 3;

/** Mean colour of each cell, rows first: L* 0..100, a*, b*. @param rgb `side` * `side` interleaved sRGB pixels. */
export function cellTones(rgb: Uint8Array, side: number): Float32Array {
  const tones = new Float32Array(toneLength);
  const cell = side / cells;
  for (let row = 0; row < cells; row++)
    for (let column = 0; column < cells; column++) {
      const sum: [number, number, number] = [0, 0, 0];
      for (let y = row * cell; y < (row + 1) * cell; y++)
        for (let x = column * cell; x < (column + 1) * cell; x++)
          for (let channel = 0; channel < 3; channel++)
            sum[channel]! += rgb[(y * side + x) * 3 + channel]!;
      const mean = sum.map((total) => total / (cell * cell * 255)) as [number, number, number];
      tones.set(labOf(mean), (row * cells + column) * 3);
    }
  return tones;
}

/** Of sRGB with its values in 0..1, under its own white (D65). */
export function labOf([r, g, b]: readonly [number, number, number]): [number, number, number] {
  const [red, green, blue] = [linear(r), linear(g), linear(b)];
  const x = root((0.4124564 * red + 0.3575761 * green + 0.1804375 * blue) / 0.95047);
  const y = root(0.2126729 * red + 0.7151522 * green + 0.072175 * blue);
  const z = root((0.0193339 * red + 0.119192 * green + 0.9503041 * blue) / 1.08883);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

function linear(value: number): number {
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
}

function root(value: number): number {
  return value > 216 / 24389 ? Math.cbrt(value) : ((24389 / 27) * value + 16) / 116;
}
