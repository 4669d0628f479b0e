/** Which way up a face is taken to be, where its landmarks leave that open. */
import { describe, expect, it } from "vitest";
import { eyeRoll } from "./face-geometry.js";
import { locateLandmarks } from "./locate-landmarks.js";
import { type ModelInput, type Outputs, Sessions } from "./sessions.js";

/** Points of a face in its crop, as shares of it: eyes above the mouth, the jaw around them. */
function facePoints(shift: number): number[] {
  return Array.from({ length: 68 }, (_, index) => {
    if (index >= 36 && index < 42) return [0.35, 0.4 + shift];
    if (index >= 42 && index < 48) return [0.65, 0.4 + shift];
    if (index < 17) return [0.2 + (0.6 * index) / 16, 0.5 + 0.3 * Math.sin((Math.PI * index) / 16)];
    return [0.5, 0.7 + shift];
  }).flat();
}

/** Networks that see a face in every crop, first elsewhere than at the second look. */
class Undecided extends Sessions {
  #looks = 0;
  #meshes = 0;

  /**
   * @param presences of a face to the mesh, turned by 0 to 3 quarters.
   * @param judged O-Net's probabilities that it sees one.
   */
  constructor(
    private readonly presences: readonly number[],
    private readonly judged: readonly number[],
  ) {
    super();
  }

  override run(key: string, _: ModelInput, [batch = 0]: readonly number[]): Promise<Outputs> {
    const repeated = (values: readonly number[]): { data: Float32Array } => ({
      data: Float32Array.from(
        { length: batch * values.length },
        (_, k) => values[k % values.length]!,
      ),
    });
    if (key === "landmark68")
      return Promise.resolve({ landmarks: repeated(facePoints(this.#looks++ === 0 ? 0.15 : 0)) });
    if (key === "onet")
      return Promise.resolve({ scores: repeated(this.judged.flatMap((own) => [1 - own, own])) });
    return Promise.resolve({
      points: repeated(new Array<number>(1404).fill(96)),
      presence: repeated([this.presences[this.#meshes++ % this.presences.length]!]),
    });
  }
}

const picture = { width: 200, height: 200, data: new Uint8Array(200 * 200 * 3) };
const box = { left: 50, top: 50, right: 150, bottom: 150, score: 1 };

async function quarters(
  presences: readonly number[],
  { tilt, judged = [0.5, 0.5, 0.5, 0.5] }: { tilt?: number; judged?: readonly number[] } = {},
): Promise<number> {
  const [landmarks] = await locateLandmarks(new Undecided(presences, judged), picture, [
    tilt === undefined ? box : { ...box, tilt },
  ]);
  return (Math.round(eyeRoll(landmarks!) / (Math.PI / 2)) + 4) % 4;
}

describe("a face whose landmarks do not settle", () => {
  it("stays as the detector found it where the reverse is hardly likelier, as under a mask", async () => {
    expect(await quarters([1, -5, 4, -5])).toBe(0);
    expect(await quarters([-6, -3, -5, -5])).toBe(0);
  });

  it("is turned to where the mesh sees it clearly better", async () => {
    expect(await quarters([1, -5, 20, -5])).toBe(2);
    expect(await quarters([-2, 9, -5, -5])).toBe(1);
  });

  it("is not turned against O-Net, which tells a forehead from a chin under a mask", async () => {
    const upright = [0.99, 0.1, 0.1, 0.1];
    expect(await quarters([1, -5, 12, -5], { judged: upright })).toBe(0);
    expect(await quarters([1, -5, 6, -5], { judged: upright.with(0, 0.1).with(2, 0.99) })).toBe(2);
  });

  it("stays as it was found in a picture that was turned", async () => {
    expect(await quarters([1, 3, 7, 5], { tilt: -1.5 * Math.PI })).toBe(1);
    expect(await quarters([1, 3, 7, 5], { tilt: -0.5 * Math.PI })).toBe(3);
  });
});
