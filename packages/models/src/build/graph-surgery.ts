/** Small changes to ONNX graphs that keep what they compute. */
import {
  elementType,
  floatTensor,
  floatValues,
  integerTensor,
  integerValues,
  type OnnxGraph,
  type OnnxModel,
  type OnnxNode,
  tensorValue,
} from "./onnx-format.js";

/** The model as Mien writes it: one producer, a current IR version, inputs without the initializers. */
export function withIdentity(model: OnnxModel, name: string): OnnxModel {
  const initializers = new Set(model.graph.initializer.map((tensor) => tensor.name));
  return {
    irVersion: Math.max(model.irVersion, 7),
    producerName: "mien",
    opsetImport: model.opsetImport,
    graph: {
      ...model.graph,
      name,
      input: model.graph.input.filter((value) => !initializers.has(value.name)),
    },
  };
}

/** Keeps only the nodes and weights that the named outputs need. */
export function cutAt(
  graph: OnnxGraph,
  outputs: readonly { name: string; shape: readonly (number | string)[] }[],
): OnnxGraph {
  const producers = new Map<string, OnnxNode>();
  for (const node of graph.node) for (const output of node.output) producers.set(output, node);
  const needed = new Set<OnnxNode>();
  const tensors = new Set<string>();
  const pending = outputs.map((output) => output.name);
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    if (tensors.has(name)) continue;
    tensors.add(name);
    const node = producers.get(name);
    if (node === undefined) continue;
    needed.add(node);
    pending.push(...node.input);
  }
  return {
    ...graph,
    node: graph.node.filter((node) => needed.has(node)),
    initializer: graph.initializer.filter((tensor) => tensors.has(tensor.name)),
    output: outputs.map(({ name, shape }) => tensorValue(name, shape)),
  };
}

/** Renames tensors wherever they are used. */
export function renameTensors(
  graph: OnnxGraph,
  names: Readonly<Record<string, string>>,
): OnnxGraph {
  const rename = (name: string): string => names[name] ?? name;
  return {
    ...graph,
    node: graph.node.map((node) => ({
      ...node,
      input: node.input.map(rename),
      output: node.output.map(rename),
    })),
    initializer: graph.initializer.map((tensor) => ({ ...tensor, name: rename(tensor.name) })),
    input: graph.input.map((value) => ({ ...value, name: rename(value.name) })),
    output: graph.output.map((value) => ({ ...value, name: rename(value.name) })),
  };
}

/**
 * Frees the batch: a Reshape to a shape that begins with 1 keeps its input's first dimension instead (0 in ONNX), and
 * inputs and outputs get a free first dimension.
 */
export function withFreeBatch(graph: OnnxGraph): OnnxGraph {
  const shapeNames = new Set(
    graph.node.filter((node) => node.opType === "Reshape").map((node) => node.input[1]),
  );
  const freed = (values: number[]): number[] =>
    values[0] === 1 ? [0, ...values.slice(1)] : values;
  const freeFirst = (value: OnnxGraph["input"][number]): OnnxGraph["input"][number] =>
    tensorValue(value.name, [
      "batch",
      ...value.type.tensorType.shape.dim
        .slice(1)
        .map((dimension) => dimension.dimValue ?? dimension.dimParam ?? "unknown"),
    ]);
  return {
    ...graph,
    node: graph.node.map((node) =>
      node.opType === "Constant" && shapeNames.has(node.output[0])
        ? {
            ...node,
            attribute: node.attribute.map((attribute) =>
              attribute.t === undefined
                ? attribute
                : { ...attribute, t: integerTensor("", freed(integerValues(attribute.t))) },
            ),
          }
        : node,
    ),
    initializer: graph.initializer.map((tensor) =>
      shapeNames.has(tensor.name) && tensor.dataType === elementType.int64
        ? integerTensor(tensor.name, freed(integerValues(tensor)))
        : tensor,
    ),
    input: graph.input.map(freeFirst),
    output: graph.output.map(freeFirst),
  };
}

/**
 * Sets weights too small to matter to zero. Denormal numbers make some processors several times slower; below 1e-20
 * no product with a picture's values can reach a float32's precision.
 */
export function withoutDenormals(graph: OnnxGraph): OnnxGraph {
  const smallest = 1e-20;
  return {
    ...graph,
    initializer: graph.initializer.map((tensor) => {
      if (tensor.dataType !== elementType.float32) return tensor;
      const values = floatValues(tensor);
      return floatTensor(
        tensor.name,
        tensor.dims,
        values.map((value) => (Math.abs(value) < smallest ? 0 : value)),
      );
    }),
  };
}
