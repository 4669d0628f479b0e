/** What a network's inner layers see, as means of parts of their maps: heads of other purposes read them. */
import {
  attributeType,
  floatTensor,
  integerTensor,
  type OnnxGraph,
  type OnnxNode,
  type OnnxTensor,
  tensorValue,
} from "./onnx-format.js";

/**
 * How a map of `side` * `side` places and `channels` is cut, place by place as converted networks hand maps out. A face is
 * alike on both sides, and so are its parts.
 */
export interface CutMap {
  /** The graph's output that is the map; it is read only here afterwards. */
  readonly output: string;
  readonly channels: number;
  readonly side: number;
  /** Borders of the rows of parts, places from the top: the first is 0, the last `side`. */
  readonly rows: readonly number[];
  /** Borders of the columns of parts, places from the middle to either side: the first is 0, the last `side` / 2. */
  readonly columns: readonly number[];
}

/** Puts one output [batch, values] in place of the maps: for each map, part by part, each channel's mean. */
export function withCells(graph: OnnxGraph, name: string, maps: readonly CutMap[]): OnnxGraph {
  const node: OnnxNode[] = [];
  const initializer: OnnxTensor[] = [integerTensor(`${name}.flat`, [0, -1])];
  const add = (opType: string, input: string[], output: string, axis?: number): string => {
    const attribute =
      axis === undefined ? [] : [{ name: "axis", type: attributeType.int, i: axis }];
    node.push({ opType, name: output, input, output: [output], attribute });
    return output;
  };
  const flat = maps.map((map, index) => {
    const of = `${name}.${index}`;
    const weights = partWeights(map);
    initializer.push(
      integerTensor(`${of}.places`, [0, map.side ** 2, map.channels]),
      floatTensor(`${of}.weights`, [parts(map), map.side ** 2], weights),
    );
    const places = add("Reshape", [map.output, `${of}.places`], `${of}.rows`);
    const means = add("MatMul", [`${of}.weights`, places], `${of}.means`);
    return add("Reshape", [means, `${name}.flat`], `${of}.values`);
  });
  add("Concat", flat, name, 1);
  const length = maps.reduce((sum, map) => sum + map.channels * parts(map), 0);
  const cut = new Set(maps.map(({ output }) => output));
  return {
    ...graph,
    node: [...graph.node, ...node],
    initializer: [...graph.initializer, ...initializer],
    output: [
      ...graph.output.filter((output) => !cut.has(output.name)),
      tensorValue(name, ["batch", length]),
    ],
  };
}

function parts({ rows, columns }: CutMap): number {
  return (rows.length - 1) * (columns.length - 1);
}

/** [parts, places]: what each place counts in the mean of each part. */
function partWeights(map: CutMap): Float32Array {
  const { side, rows, columns } = map;
  const across = columns.length - 1;
  const within = (borders: readonly number[], at: number): number =>
    borders.findIndex((border, index) => index > 0 && at < border) - 1;
  const partOf = Array.from({ length: side * side }, (_, place) => {
    const [y, x] = [Math.floor(place / side), place % side];
    return within(rows, y) * across + within(columns, Math.abs(x + 0.5 - side / 2));
  });
  const sizes = new Array<number>(parts(map)).fill(0);
  for (const part of partOf) sizes[part]!++;
  const weights = new Float32Array(partOf.length * sizes.length);
  partOf.forEach((part, place) => (weights[part * partOf.length + place] = 1 / sizes[part]!));
  return weights;
}
