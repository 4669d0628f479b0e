/** Networks that take a picture's bytes as they lie in memory: no loop over pixels in JavaScript prepares them. */
import {
  attributeType,
  elementType,
  floatTensor,
  type OnnxAttribute,
  type OnnxGraph,
  type OnnxNode,
  tensorValue,
} from "./onnx-format.js";

export interface PictureInput {
  /** The network sees (byte - mean) * factor. */
  readonly mean: number;
  readonly factor: number;
  /** Whether the network sees the picture's columns as rows. */
  readonly transposed: boolean;
}

/** Replaces the float input by `picture` [1, height, width, 3], RGB bytes. */
export function takingPicture(
  graph: OnnxGraph,
  { mean, factor, transposed }: PictureInput,
): OnnxGraph {
  const [input, ...others] = graph.input;
  if (input === undefined || others.length > 0)
    throw new TypeError("expected a network of one input");
  const node = (
    opType: string,
    inputs: string[],
    output: string,
    attribute: OnnxAttribute[] = [],
  ): OnnxNode => ({ opType, name: output, input: inputs, output: [output], attribute });
  const perm = transposed ? [0, 3, 2, 1] : [0, 3, 1, 2];
  return {
    ...graph,
    input: [tensorValue("picture", [1, "height", "width", 3], elementType.uint8)],
    initializer: [
      ...graph.initializer,
      floatTensor("picture.mean", [], Float32Array.of(mean)),
      floatTensor("picture.factor", [], Float32Array.of(factor)),
    ],
    node: [
      node("Transpose", ["picture"], "picture.planes", [
        { name: "perm", type: attributeType.ints, ints: perm },
      ]),
      node("Cast", ["picture.planes"], "picture.floats", [
        { name: "to", type: attributeType.int, i: elementType.float32 },
      ]),
      node("Sub", ["picture.floats", "picture.mean"], "picture.centred"),
      node("Mul", ["picture.centred", "picture.factor"], input.name),
      ...graph.node,
    ],
  };
}
