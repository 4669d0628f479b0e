/** Pupils from the irises. */
import { type Affine, applyAffine, middleOf, squareCrop } from "./affine.js";
import type { Point } from "./analysis.js";
import { type Mesh, meshPoint } from "./mesh-landmarks.js";
import type { RgbPicture } from "./rgb-picture.js";
import { floats, type Sessions } from "./sessions.js";
import { planarRgb, warpRgb } from "./warp.js";

const inputSide = 64;
/** The network's crop is this many times as wide as the eye: MediaPipe's own. */
const cropToEye = 2.3;
/** After the 71 points of the eye come the iris's centre and four points of its rim. */
const irisCenter = 71;

const eyes = [
  { outer: 33, inner: 133, mirrored: false },
  { outer: 263, inner: 362, mirrored: true },
] as const;

/** The pupils of each face, image left then right, picture pixels. */
export async function locatePupils(
  sessions: Sessions,
  picture: RgbPicture,
  meshes: readonly Mesh[],
): Promise<[Point, Point][]> {
  const crop = new Uint8Array(inputSide * inputSide * 3);
  // All at once: idle workers take their share of the faces.
  return Promise.all(
    meshes.map(async (mesh): Promise<[Point, Point]> => {
      const input = new Float32Array(eyes.length * crop.length);
      const maps = eyes.map(({ outer, inner, mirrored }, index): Affine => {
        const a = meshPoint(mesh, outer);
        const b = meshPoint(mesh, inner);
        const [left, right] = mirrored ? [b, a] : [a, b];
        const width = Math.hypot(right.x - left.x, right.y - left.y);
        const angle = Math.atan2(right.y - left.y, right.x - left.x);
        const center = middleOf([a, b]);
        const upright = squareCrop(center, Math.max(width, 1) * cropToEye, angle, inputSide);
        const map = mirrored ? mirroredCrop(upright) : upright;
        warpRgb(picture, map, inputSide, crop);
        planarRgb(crop, [0, 0, 0], [1 / 255, 1 / 255, 1 / 255], input, index * crop.length);
        return map;
      });
      const outputs = await sessions.run("iris", input, [eyes.length, 3, inputSide, inputSide]);
      const values = floats(outputs, "points");
      const [left, right] = maps.map((map, index) => {
        const at = (index * (values.length / eyes.length / 3) + irisCenter) * 3;
        return applyAffine(map, { x: values[at]!, y: values[at + 1]! });
      });
      return [left!, right!];
    }),
  );
}

/** The same crop seen in a mirror: the network knows image-left eyes only. */
function mirroredCrop(map: Affine): Affine {
  return {
    ...map,
    xx: -map.xx,
    yx: -map.yx,
    x0: map.x0 + map.xx * inputSide,
    y0: map.y0 + map.yx * inputSide,
  };
}
