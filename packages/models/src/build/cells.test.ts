import * as ort from "onnxruntime-node";
import { describe, expect, it } from "vitest";
import { withCells } from "./cells.js";
import { tensorValue, writeOnnx } from "./onnx-format.js";

/** A network that hands out its input twice: as it is, and as a map to cut. */
async function cutNetwork(): Promise<ort.InferenceSession> {
  const identity = (output: string) => ({
    opType: "Identity",
    name: output,
    input: ["input"],
    output: [output],
    attribute: [],
  });
  const shape = ["batch", 32];
  const graph = {
    name: "test",
    node: [identity("same"), identity("map"), identity("other")],
    initializer: [],
    input: [tensorValue("input", shape)],
    output: [tensorValue("same", shape), tensorValue("map", shape), tensorValue("other", shape)],
  };
  const cut = withCells(graph, "cells", [
    { output: "map", channels: 2, side: 4, rows: [0, 1, 4], columns: [0, 1, 2] },
    { output: "other", channels: 2, side: 4, rows: [0, 4], columns: [0, 2] },
  ]);
  const model = { irVersion: 8, producerName: "mien", opsetImport: [{ domain: "", version: 13 }] };
  return ort.InferenceSession.create(writeOnnx({ ...model, graph: cut }));
}

describe("cells", () => {
  it("are means of a map's parts, both sides of it together, of each channel", async () => {
    const session = await cutNetwork();
    expect(session.outputNames).toEqual(["same", "cells"]);
    // The place's row and column as tens and ones; the second channel ten times that; the second face 1000 more.
    const faces = [0, 1000].flatMap((more) =>
      Array.from({ length: 16 }, (_, k) => Math.floor(k / 4) * 10 + (k % 4) ** 2).flatMap((value) =>
        [1, 10].map((factor) => value * factor + more),
      ),
    );
    const input = new ort.Tensor("float32", Float32Array.from(faces), [2, 32]);
    const cells = [...((await session.run({ input }))["cells"]!.data as Float32Array)];
    // Squares of the columns: 1 and 4 in the middle, 0 and 9 at the sides. Rows below the first: 20 in the mean.
    const parts = [2.5, 4.5, 22.5, 24.5];
    const face = [...parts.flatMap((value) => [value, value * 10]), 18.5, 185];
    [...face, ...face.map((value) => value + 1000)].forEach((expected, k) => {
      expect(cells[k]).toBeCloseTo(expected, 3);
    });
    expect(cells).toHaveLength(20);
  });
});
