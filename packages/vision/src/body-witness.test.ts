/** What joints of bodies tell of boxes, with a network whose answer is known and on real photographs. */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { bodyClues, heardOfBodies } from "./body-witness.js";
import type { ScoredBox } from "./boxes.js";
import { decodePicture } from "./decode.js";
import { detectFaces } from "./detector.js";
import { type Outputs, Sessions } from "./sessions.js";

const cells = 48;
const jointCount = 17;
const [nose, leftWrist] = [0, 9];
const weights = { bias: -0.1, detector: 1, head: 0.5, arm: -0.3 };
const picture = { data: new Uint8Array(600 * 400 * 3), width: 600, height: 400 };
/** Its network sees 200 pixels around (300, 140): cells of 200 / 48. */
const box: ScoredBox = { left: 280, top: 100, right: 320, bottom: 140, score: 0.5 };
const cell = 200 / cells;

/** Answers one joint at one place of the picture, and nothing anywhere else. */
class OneJoint extends Sessions {
  asked = 0;

  constructor(
    private readonly joint: number,
    private readonly x: number,
    private readonly y: number,
    private readonly logit = 3,
  ) {
    super();
  }

  override run(): Promise<Outputs> {
    this.asked++;
    const joints = new Float32Array(cells * cells * jointCount).fill(-9);
    const column = Math.floor((this.x - 200) / cell);
    const row = Math.floor((this.y - 40) / cell);
    joints[(row * cells + column) * jointCount + this.joint] = this.logit;
    return Promise.resolve({ joints: { data: joints } });
  }
}

async function scoreBy(sessions: Sessions, own = box): Promise<number> {
  return (await heardOfBodies(sessions, picture, [own], weights))[0]!.score;
}

describe("heardOfBodies", () => {
  it("believes a nose in the box, and doubts a wrist", async () => {
    const nothing = await scoreBy(new OneJoint(nose, 205, 200));
    expect(await scoreBy(new OneJoint(nose, 300, 120))).toBeGreaterThan(nothing + 0.3);
    expect(await scoreBy(new OneJoint(leftWrist, 300, 120))).toBeLessThan(nothing / 2);
  });

  it("reads the cells that the box covers, and one more on each side", async () => {
    const at = async (x: number, y: number): Promise<number> =>
      (await bodyClues(new OneJoint(nose, x, y), picture, box)).head;
    expect(await at(281, 101)).toBe(3);
    expect(await at(319, 139)).toBe(3);
    expect(await at(280 - cell, 120)).toBe(3);
    expect(await at(300, 139 + cell)).toBe(3);
    expect(await at(280 - 3 * cell, 120)).toBe(-7);
    expect(await at(300, 140 + 3 * cell)).toBe(-7);
  });

  it("is not surer than seven logits", async () => {
    expect((await bodyClues(new OneJoint(nose, 300, 120, 30), picture, box)).head).toBe(7);
  });

  it("asks of small boxes in doubt only, of the eight best at most, and gives the best score first", async () => {
    const sessions = new OneJoint(nose, 300, 120);
    const sure = { ...box, score: 0.99 };
    const none = { ...box, score: 0.01 };
    const doubtful = { ...box, score: 0.3 };
    const large = { ...doubtful, top: doubtful.bottom - 96, score: 0.2 };
    const heard = await heardOfBodies(sessions, picture, [large, none, doubtful, sure], weights);
    expect(sessions.asked).toBe(1);
    expect(heard[0]).toEqual(sure);
    expect(heard[1]!.score).toBeGreaterThan(0.3);
    expect(heard[2]).toEqual(large);
    expect(heard[3]).toEqual(none);
    const crowd = Array.from({ length: 60 }, () => ({ ...doubtful }));
    expect(await heardOfBodies(sessions, picture, crowd, weights)).toHaveLength(60);
    expect(sessions.asked).toBe(9);
  });

  it("takes boxes that reach over the border, and a picture of one pixel", async () => {
    const sessions = new Sessions();
    const out = { left: -30, top: -20, right: 30, bottom: 40, score: 0.5 };
    expect(
      Number.isFinite((await heardOfBodies(sessions, picture, [out], weights))[0]!.score),
    ).toBe(true);
    const pixel = { data: new Uint8Array(3), width: 1, height: 1 };
    const small = { left: 0, top: 0, right: 1, bottom: 1, score: 0.5 };
    expect(
      Number.isFinite((await heardOfBodies(sessions, pixel, [small], weights))[0]!.score),
    ).toBe(true);
  });
});

it("knows heads from what is below them on real photographs", async () => {
  const folder = dirname(
    createRequire(import.meta.url).resolve("@vladmandic/face-api/package.json"),
  );
  const sessions = new Sessions();
  let [heads, faces, chests, shown] = [0, 0, 0, 0];
  for (const number of [1, 2, 3, 4, 5, 6]) {
    const file = await readFile(join(folder, `demo/sample${number}.jpg`));
    const own = (await decodePicture(file)).picture;
    for (const face of await detectFaces(sessions, own, "detection_03")) {
      faces++;
      if ((await bodyClues(sessions, own, face)).head > 0) heads++;
      const down = 2 * (face.bottom - face.top);
      const chest = { ...face, top: face.top + down, bottom: face.bottom + down };
      if (chest.bottom > own.height) continue;
      shown++;
      if ((await bodyClues(sessions, own, chest)).head > 0) chests++;
    }
  }
  expect(faces).toBeGreaterThan(15);
  expect(heads).toBeGreaterThan(faces * 0.8);
  expect(chests).toBeLessThan(shown * 0.2);
});
