/** Networks that take a picture's bytes as they lie in memory: no loop over pixels in JavaScript prepares them. */
import {
  attributeType,
  elementType,
  floatTensor,
  type OnnxGraph,
  tensorValue,
} from "./onnx-format.js";

export interface PictureInput {
  /** The network sees (byte - mean) * factor; a byte itself. */
  readonly mean: number;
  readonly factor: number;
}

/** Replaces the float input by `picture` [batch, height, width, 3], RGB bytes. */
export function takingPicture(
  graph: OnnxGraph,
  { mean, factor }: PictureInput,
  batch: number | string = 1,
): OnnxGraph {
  const [input, ...others] = graph.input;
  if (input === undefined || others.length > 0)
    throw new TypeError("expected a network of one input");
  if (!Number.isInteger(mean)) throw new RangeError(`${mean} is no byte`);
  const zeroPoint = {
    name: "picture.mean",
    dims: [],
    dataType: elementType.uint8,
    rawData: Uint8Array.of(mean),
  };
  return {
    ...graph,
    input: [tensorValue("picture", [batch, "height", "width", 3], elementType.uint8)],
    initializer: [
      ...graph.initializer,
      floatTensor("picture.factor", [], Float32Array.of(factor)),
      zeroPoint,
    ],
    node: [
      {
        opType: "Transpose",
        name: "picture.planes",
        input: ["picture"],
        output: ["picture.planes"],
        attribute: [{ name: "perm", type: attributeType.ints, ints: [0, 3, 1, 2] }],
      },
      // One pass over the pixels where a cast, a difference and a product are three.
      {
        opType: "DequantizeLinear",
        name: input.name,
        input: ["picture.planes", "picture.factor", zeroPoint.name],
        output: [input.name],
        attribute: [],
      },
      ...graph.node,
    ],
  };
}
