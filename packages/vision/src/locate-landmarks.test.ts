/** Where a face's landmarks are looked for, and which way up it is taken to be, where two passes leave that open. */
import { describe, expect, it } from "vitest";
import type { Point } from "./analysis.js";
import { fivePoints } from "./alignment.js";
import { eyeRoll } from "./face-geometry.js";
import { locateLandmarks } from "./locate-landmarks.js";
import { type ModelInput, type Outputs, Sessions } from "./sessions.js";

/** Points of a face in its crop, as shares of it, as high and as far down as the next look's crop expects them. */
function facePoints(shift: number): number[] {
  return Array.from({ length: 68 }, (_, index) => {
    if (index < 17)
      return [0.2 + (0.6 * index) / 16, 0.36 + 0.595 * Math.sin((Math.PI * index) / 16)];
    if (index < 27) return [0.3 + (0.4 * (index - 17)) / 9, 0.243 + shift];
    if (index < 36) return [0.5, 0.549 + shift];
    if (index < 42) return [0.341, 0.362 + shift];
    if (index < 48) return [0.659, 0.362 + shift];
    return [index === 48 || index === 60 ? 0.359 : 0.641, 0.715 + shift];
  }).flat();
}

interface Seen {
  /** Logits of a face to the mesh, turned by 0 to 3 quarters. */
  readonly presences: readonly number[];
  /** O-Net's probabilities that it sees one. */
  readonly judged?: readonly number[];
  /** How much lower the first look sees the face than the second, as a share of its crop. */
  readonly shift?: number;
  /** How much lower than the middle of the box O-Net sees it, as a share of the box. */
  readonly lower?: number;
}

/** Networks that see a face in every crop. */
class FaceEverywhere extends Sessions {
  #looks = 0;
  /** How often the mesh was asked. */
  meshes = 0;

  constructor(private readonly seen: Seen) {
    super();
  }

  override run(key: string, _: ModelInput, [batch = 0]: readonly number[]): Promise<Outputs> {
    const { presences, judged = [0.5, 0.5, 0.5, 0.5], shift = 0, lower = 0 } = this.seen;
    const repeated = (values: readonly number[]): { data: Float32Array } => ({
      data: Float32Array.from(
        { length: batch * values.length },
        (_, k) => values[k % values.length]!,
      ),
    });
    if (key === "landmark68")
      return Promise.resolve({
        landmarks: repeated(facePoints(this.#looks++ === 0 ? shift : 0)),
      });
    if (key === "onet")
      return Promise.resolve({
        scores: repeated(judged.flatMap((own) => [1 - own, own])),
        landmarks: repeated([
          ...[0.341, 0.659, 0.5, 0.359, 0.641],
          ...[0.362, 0.362, 0.549, 0.715, 0.715].map((y) => y + lower),
        ]),
      });
    return Promise.resolve({
      points: repeated(new Array<number>(1404).fill(96)),
      presence: repeated([presences[this.meshes++ % presences.length]!]),
    });
  }
}

const picture = { width: 200, height: 200, data: new Uint8Array(200 * 200 * 3) };
const box = { left: 50, top: 50, right: 150, bottom: 150, score: 1 };

async function quarters(
  presences: readonly number[],
  { tilt, judged }: { tilt?: number; judged?: readonly number[] } = {},
): Promise<number> {
  const sessions = new FaceEverywhere({ presences, shift: 0.15, ...(judged && { judged }) });
  const [landmarks] = await locateLandmarks(sessions, picture, [
    tilt === undefined ? box : { ...box, tilt },
  ]);
  return (Math.round(eyeRoll(landmarks!) / (Math.PI / 2)) + 4) % 4;
}

/** Eyes, nose and mouth of an upright face, and how often the mesh was asked about it. */
async function located(lower: number): Promise<{ points: readonly Point[]; meshes: number }> {
  const sessions = new FaceEverywhere({ presences: [9, -5, -5, -5], lower });
  const [landmarks] = await locateLandmarks(sessions, picture, [box]);
  return { points: fivePoints(landmarks!), meshes: sessions.meshes };
}

describe("a face on whose landmarks two passes agree", () => {
  it("has them where O-Net sees eyes, nose and mouth there too", async () => {
    const { points, meshes } = await located(0);
    expect(meshes).toBe(0);
    expect(points[0]!.y).toBeCloseTo(86, 0);
  });

  it("has those nearer to O-Net's points where it sees them elsewhere, as below a mask", async () => {
    const { points, meshes } = await located(0.2);
    expect(meshes).toBe(4);
    const seen = [106.2, 106.2, 124.9, 141.5, 141.5];
    for (const [index, { y }] of points.entries()) expect(y).toBeCloseTo(seen[index]!, 0);
  });
});

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
