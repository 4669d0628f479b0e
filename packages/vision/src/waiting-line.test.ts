/** Pictures that come, are served, and whose callers go in any order. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { type QueuedPicture, WaitingLine } from "./waiting-line.js";

interface Named extends QueuedPicture {
  readonly name: number;
}

it("is what a plain list is from which those are struck out who go", () => {
  const step = fc.oneof(
    { weight: 4, arbitrary: fc.record({ kind: fc.constant("come"), bytes: fc.nat(9) }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant("go"), which: fc.nat(20) }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant("serve") }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("close") }) },
  ) as fc.Arbitrary<
    | { kind: "come"; bytes: number }
    | { kind: "go"; which: number }
    | { kind: "serve" }
    | { kind: "close" }
  >;
  fc.assert(
    fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
      const line = new WaitingLine<Named>();
      const callers: AbortController[] = [];
      const answered: [number, unknown][] = [];
      let plain: { name: number; bytes: number }[] = [];
      const plainlyAnswered: [number, unknown][] = [];
      const closed = new Error("closed");
      for (const taken of steps) {
        if (taken.kind === "come") {
          const name = callers.length;
          const caller = new AbortController();
          callers.push(caller);
          line.add(
            {
              name,
              owner: "one",
              file: new Uint8Array(taken.bytes),
              pixels: 1,
              signal: caller.signal,
              reject: (error) => answered.push([name, error]),
            },
            name,
          );
          plain.push({ name, bytes: taken.bytes });
        } else if (taken.kind === "go") {
          // He may wait no more, or have gone before.
          const name = taken.which;
          callers[name]?.abort(`${name} gone`);
          if (plain.some((waiting) => waiting.name === name))
            plainlyAnswered.push([name, `${name} gone`]);
          plain = plain.filter((waiting) => waiting.name !== name);
        } else if (taken.kind === "serve") {
          line.removeFirst();
          plain.shift();
        } else {
          line.rejectAll(closed);
          plainlyAnswered.push(...plain.map(({ name }): [number, unknown] => [name, closed]));
          plain = [];
        }
        expect(line.first?.picture.name).toBe(plain[0]?.name);
        expect(line.length).toBe(plain.length);
        expect(line.bytes).toBe(plain.reduce((sum, { bytes }) => sum + bytes, 0));
      }
      const left: number[] = [];
      for (; line.first !== undefined; line.removeFirst()) left.push(line.first.picture.name);
      expect(left).toEqual(plain.map(({ name }) => name));
      // Whoever was served is not answered once more when his caller goes.
      for (const caller of callers) caller.abort();
      expect(answered).toEqual(plainlyAnswered);
    }),
  );
});
