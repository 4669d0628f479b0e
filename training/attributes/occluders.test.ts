/** What the recipe draws on faces is what the network answers, on people that are in no training picture. */
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { glasses } from "@mien/vision/attributes/glasses";
import { mask } from "@mien/vision/attributes/mask";
import { type HeadOutputs, runHeads } from "@mien/vision/attributes/network";
import { occlusion } from "@mien/vision/attributes/occlusion";
import type { ScoredBox } from "@mien/vision/boxes";
import { decodePicture } from "@mien/vision/decode";
import { detectFaces } from "@mien/vision/detector";
import { locateLandmarks } from "@mien/vision/locate-landmarks";
import type { RgbPicture } from "@mien/vision/rgb-picture";
import { Sessions } from "@mien/vision/sessions";
import { beforeAll, describe, expect, it } from "vitest";

type Draw = (
  picture: RgbPicture,
  landmarks: Float32Array,
  random: () => number,
) => Promise<{ readonly picture: RgbPicture }>;

const recipe = fileURLToPath(new URL("occluders.js", import.meta.url));
const sessions = new Sessions();
let draw: Readonly<Record<"coverMouth" | "coverEyes" | "wearGoggles" | "wearSunglasses", Draw>>;
let picture: RgbPicture;
let boxes: ScoredBox[];
let landmarks: Float32Array[];

/** 0 <= value < 1, the same in every run. */
function dice(seed: number): () => number {
  let state = seed * 2654435761;
  return () => {
    state = (state * 1103515245 + 12345) % 2 ** 31;
    return state / 2 ** 31;
  };
}

beforeAll(async () => {
  draw = (await import(recipe)) as typeof draw;
  const photograph = await readFile(
    fileURLToPath(
      new URL("../../node_modules/@vladmandic/face-api/demo/sample1.jpg", import.meta.url),
    ),
  );
  picture = (await decodePicture(photograph)).picture;
  boxes = await detectFaces(sessions, picture, "detection_03");
  landmarks = await locateLandmarks(sessions, picture, boxes);
});

/** Share of the drawn faces of which `right` holds; each face is drawn on three times. */
async function shareOf(name: keyof typeof draw, right: (heads: HeadOutputs) => boolean) {
  let [hits, trials] = [0, 0];
  for (const [index, box] of boxes.entries())
    for (let seed = 1; seed <= 3; seed++) {
      const version = await draw[name](picture, landmarks[index]!, dice(100 * index + seed));
      const points = await locateLandmarks(sessions, version.picture, [box]);
      const [heads] = await runHeads(sessions, version.picture, points);
      trials++;
      if (right(heads!)) hits++;
    }
  return hits / trials;
}

describe("the network on drawn faces", () => {
  it("calls hands and scarves over the mouth otherMaskOrOcclusion", async () => {
    expect(
      await shareOf("coverMouth", (heads) => mask(heads).type === "otherMaskOrOcclusion"),
    ).toBeGreaterThan(0.75);
  });

  it("finds covered eyes", async () => {
    expect(await shareOf("coverEyes", (heads) => occlusion(heads).eyeOccluded)).toBeGreaterThan(
      0.6,
    );
  });

  it("tells goggles from sunglasses", async () => {
    expect(
      await shareOf("wearGoggles", (heads) => glasses(heads) === "swimmingGoggles"),
    ).toBeGreaterThan(0.75);
    expect(
      await shareOf("wearSunglasses", (heads) => glasses(heads) === "sunglasses"),
    ).toBeGreaterThan(0.75);
  });
});
