/** What each pixel of a row or column at another length is made of. */

export interface ResizeAxis {
  /** Most pixels that one of the result is made of. */
  readonly most: number;
  /** For each pixel of the result, the first that it is made of, and how many they are. */
  readonly first: Int32Array;
  readonly counts: Int32Array;
  /** What each of them counts, `most` for each pixel of the result: bytes that add up to 255. */
  readonly weights: Uint8Array;
}

/** Lengths that are remembered: a camera's pictures are all of one size. */
const mostKnown = 64;
const known = new Map<string, ResizeAxis>();
const knownTables = new Map<string, ColumnTable>();

/** Of a row of `from` pixels that becomes one of `to`; beyond its ends the outermost pixels repeat. */
export function resizeAxis(from: number, to: number): ResizeAxis {
  return remembered(known, `${from}:${to}`, () => makeAxis(from, to));
}

/** Weights for all columns of a row, laid out for the compiled loop. */
export interface ColumnTable {
  /** Groups of four pixels that each column reads. */
  readonly groups: number;
  /** As `weighColumns` of `assembly/resize.ts` reads it. */
  readonly bytes: Uint8Array;
}

/** The same for the columns of RGB pixels. */
export function columnTable(from: number, to: number): ColumnTable {
  return remembered(knownTables, `${from}:${to}`, () => makeTable(resizeAxis(from, to)));
}

function remembered<Value>(map: Map<string, Value>, key: string, make: () => Value): Value {
  const found = map.get(key);
  if (found !== undefined) return found;
  const made = make();
  const [oldest] = map.keys();
  if (map.size >= mostKnown && oldest !== undefined) map.delete(oldest);
  map.set(key, made);
  return made;
}

function makeAxis(from: number, to: number): ResizeAxis {
  const ratio = from / to;
  const reach = Math.max(1, ratio);
  const most = Math.min(from, Math.ceil(2 * reach) + 1);
  const first = new Int32Array(to);
  const counts = new Int32Array(to);
  const weights = new Uint8Array(to * most);
  const within = (at: number): number => Math.min(from - 1, Math.max(0, at));
  for (let index = 0; index < to; index++) {
    const center = (index + 0.5) * ratio - 0.5;
    const lowest = Math.floor(center - reach) + 1;
    const highest = Math.ceil(center + reach) - 1;
    const start = within(lowest);
    const exact = new Array<number>(within(highest) - start + 1).fill(0);
    for (let at = lowest; at <= highest; at++)
      exact[within(at) - start]! += 1 - Math.abs(at - center) / reach;
    first[index] = start;
    counts[index] = exact.length;
    weights.set(wholeWeights(exact), index * most);
  }
  return { most, first, counts, weights };
}

/** In 255ths, which fit into bytes, so rounded that they add up to one. */
function wholeWeights(exact: readonly number[]): number[] {
  const total = exact.reduce((sum, weight) => sum + weight, 0);
  let before = 0;
  let told = 0;
  return exact.map((weight) => {
    before += weight;
    const upTo = Math.round((before / total) * 255);
    const own = upTo - told;
    told = upTo;
    return own;
  });
}

function makeTable({ most, first, counts, weights }: ResizeAxis): ColumnTable {
  const groups = Math.ceil(Math.max(...counts) / 4);
  const columnBytes = 4 + 32 * groups;
  // The loop makes four pixels at a time.
  const bytes = new Uint8Array((first.length + 3) * columnBytes);
  const view = new DataView(bytes.buffer);
  for (let x = 0; x < first.length + 3; x++) {
    const index = Math.min(x, first.length - 1);
    const column = x * columnBytes;
    view.setInt32(column, first[index]! * 3, true);
    for (let at = 0; at < counts[index]!; at++) {
      const pair = column + 4 + (at >> 1) * 16 + (at & 1) * 2;
      for (let channel = 0; channel < 3; channel++)
        bytes[pair + channel * 4] = weights[index * most + at]!;
    }
  }
  return { groups, bytes };
}
