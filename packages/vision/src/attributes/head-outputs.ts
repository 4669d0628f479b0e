/** A network's outputs face by face. */
import { floats, type Outputs } from "../sessions.js";

/** @param widths how many values of each output belong to one face. */
export function outputsByFace<Name extends string>(
  outputs: Outputs,
  widths: Readonly<Record<Name, number>>,
  faces: number,
): Record<Name, Float32Array>[] {
  const names = Object.keys(widths) as Name[];
  return Array.from(
    { length: faces },
    (_, face) =>
      Object.fromEntries(
        names.map((name) => {
          const width = widths[name];
          return [name, floats(outputs, name).slice(face * width, (face + 1) * width)];
        }),
      ) as Record<Name, Float32Array>,
  );
}
