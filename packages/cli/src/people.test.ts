import fc from "fast-check";
import { expect, it } from "vitest";
import { groupIntoPeople } from "./people.js";

/** A service that knows who everybody is: a faceId is `person/face`. */
function oracle(calls: number[] = []) {
  return {
    group: ({ faceIds }: { faceIds?: readonly string[] } & object) => {
      calls.push(faceIds!.length);
      const byPerson = new Map<string, string[]>();
      for (const id of faceIds!) {
        const person = id.split("/")[0]!;
        byPerson.set(person, [...(byPerson.get(person) ?? []), id]);
      }
      const all = [...byPerson.values()].sort((a, b) => b.length - a.length);
      return Promise.resolve({
        groups: all.filter((ids) => ids.length > 1),
        messyGroup: all.filter((ids) => ids.length === 1).flat(),
      });
    },
  } as unknown as Parameters<typeof groupIntoPeople>[0];
}
const person = (id: string) => id.split("/")[0];

it("asks once for what fits into one call", async () => {
  const calls: number[] = [];
  const ids = ["a/1", "b/1", "a/2", "c/1", "a/3", "b/2"];
  expect(await groupIntoPeople(oracle(calls), ids)).toEqual({
    groups: [
      ["a/1", "a/2", "a/3"],
      ["b/1", "b/2"],
    ],
    alone: ["c/1"],
  });
  expect(calls).toEqual([6]);
});

it("finds nobody among one face or none without asking", async () => {
  const calls: number[] = [];
  expect(await groupIntoPeople(oracle(calls), [])).toEqual({ groups: [], alone: [] });
  expect(await groupIntoPeople(oracle(calls), ["a/1"])).toEqual({ groups: [], alone: ["a/1"] });
  expect(calls).toEqual([]);
});

it("keeps every face in exactly one place, never mixes people, and never asks for more than 1000", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 3000 }),
      fc.integer({ min: 1, max: 200 }),
      async (count, people) => {
        const calls: number[] = [];
        const ids = Array.from(
          { length: count },
          (_unused, index) => `${(index * 7919) % people}/${index}`,
        );
        const { groups, alone } = await groupIntoPeople(oracle(calls), ids);
        expect([...groups.flat(), ...alone].sort()).toEqual([...ids].sort());
        for (const group of groups) expect(new Set(group.map(person)).size).toBe(1);
        for (const size of calls) expect(size).toBeLessThanOrEqual(1000);
      },
    ),
    { numRuns: 30 },
  );
});

it("comes to an end among more strangers than one call takes", async () => {
  const calls: number[] = [];
  const strangers = Array.from({ length: 1499 }, (_unused, index) => `stranger ${index}/1`);
  const client = oracle(calls);
  const guarded = {
    group: (...asked: Parameters<typeof client.group>) =>
      calls.length < 10 ? client.group(...asked) : Promise.reject(new Error("asks on and on")),
  };
  const ids = [...strangers, "stranger 0/2"];
  const { groups, alone } = await groupIntoPeople(guarded, ids);
  expect(groups).toEqual([["stranger 0/1", "stranger 0/2"]]);
  expect([...alone].sort()).toEqual(strangers.slice(1).sort());
  expect(calls).toEqual([1000, 1000]);
});

it("brings somebody's later faces to those of earlier batches", async () => {
  const ids = Array.from({ length: 2500 }, (_unused, index) => `${index % 5}/${index}`);
  const { groups, alone } = await groupIntoPeople(oracle(), ids);
  expect(groups.map(({ length }) => length)).toEqual([500, 500, 500, 500, 500]);
  expect(alone).toEqual([]);
});

it("leaves the rest alone where the known people fill a call", async () => {
  const ids = Array.from({ length: 260 }, (_, who) =>
    [1, 2, 3, 4].map((n) => `${who}/${n}`),
  ).flat();
  const calls: number[] = [];
  const { groups, alone } = await groupIntoPeople(oracle(calls), ids);
  expect(calls).toEqual([1000]);
  expect(groups).toHaveLength(250);
  expect(alone).toEqual(ids.slice(1000));
}, 10_000);
