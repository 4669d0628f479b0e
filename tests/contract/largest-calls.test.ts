/** findSimilar and group with as many faceIds as the contract allows, and with one more, over a real socket. */
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { limits } from "@mien/contract/limits";
import { openStore } from "@mien/gallery/open-store";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { photograph, startTestServer, type TestServer } from "./server.js";

const most = limits.findSimilar.faceIds.maximum;
const best = { detectionModel: "detection_03", recognitionModel: "recognition_04" } as const;
const dataDirectory = mkdtempSync(join(tmpdir(), "mien-largest-"));

let server: TestServer;
/** For each person of a photograph the faceIds of pictures that differ from it by a little. */
let people: string[][];
let all: string[];
let former: string[];

/** Templates of many pictures of each face, which the server finds in its store as if it had detected them. */
async function multiply(faceIds: readonly string[], copies: number): Promise<string[][]> {
  const store = await openStore({
    dataDirectory,
    storeUrl: "",
    storeReplicas: undefined,
    masterKey: "",
    masterKeyFile: "",
  });
  try {
    const faces = (await store.get("one", faceIds)).map((face, person) =>
      Array.from({ length: copies }, (_, copy) => ({
        faceId: randomUUID(),
        recognitionModel: face!.recognitionModel,
        embedding: face!.embedding.map(
          (value, at) => value * (1 + 0.05 * Math.sin(person + copy * 31 + at * 17)),
        ),
      })),
    );
    await store.put("one", faces.flat(), 3_600_000);
    return faces.map((copiesOfOne) => copiesOfOne.map(({ faceId }) => faceId));
  } finally {
    await store.close();
  }
}

beforeAll(async () => {
  server = await startTestServer({ dataDirectory });
  const faces = await server.client.detect(photograph(4), { ...best, returnFaceId: true });
  former = faces.slice(0, 4).map(({ faceId }) => faceId!);
  await server.close();
  people = await multiply(former, most / former.length);
  // In no order that a person could be told from.
  all = people[0]!.flatMap((_, copy) => people.map((person) => person[copy]!));
  server = await startTestServer({ dataDirectory });
});
afterAll(async () => {
  await server.close();
  rmSync(dataDirectory, { recursive: true, force: true });
});

const tooMany = {
  statusCode: 400,
  code: "BadArgument",
  message: expect.stringContaining("The length of faceIds is not in a valid range.") as string,
};

describe("the largest calls", () => {
  it("findSimilar finds each person's faces among 1000, and no others", async () => {
    expect(all).toHaveLength(1000);
    for (const [index, faceId] of former.entries()) {
      const found = await server.client.findSimilar({
        faceId,
        faceIds: all,
        maxNumOfCandidatesReturned: limits.findSimilar.maxNumOfCandidatesReturned.maximum,
      });
      expect(found.map((face) => face.faceId).sort()).toEqual([...people[index]!].sort());
      const confidences = found.map(({ confidence }) => confidence);
      expect(confidences).toEqual([...confidences].sort((a, b) => b - a));
    }
  });

  it("matchFace ranks all of the 1000", async () => {
    const found = await server.client.findSimilar({
      faceId: former[0]!,
      faceIds: all,
      maxNumOfCandidatesReturned: 1000,
      mode: "matchFace",
    });
    expect(new Set(found.map((face) => face.faceId))).toEqual(new Set(all));
    const nearest = found.slice(0, people[0]!.length).map((face) => face.faceId);
    expect(nearest.sort()).toEqual([...people[0]!].sort());
  });

  it("group makes one group of each person's faces", async () => {
    const { groups, messyGroup } = await server.client.group({ faceIds: all });
    expect(messyGroup).toEqual([]);
    const sorted = (sets: readonly (readonly string[])[]): string[][] =>
      sets.map((set) => [...set].sort()).sort(([a = ""], [b = ""]) => (a < b ? -1 : 1));
    expect(sorted(groups)).toEqual(sorted(people));
  });

  it("one faceId more is refused", async () => {
    const faceIds = [...all, former[1]!];
    await expect(server.client.findSimilar({ faceId: former[0]!, faceIds })).rejects.toMatchObject(
      tooMany,
    );
    await expect(server.client.group({ faceIds })).rejects.toMatchObject(tooMany);
  });
});
