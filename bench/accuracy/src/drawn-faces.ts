/**
 * Held-out portraits with what the training recipe draws on faces, the truth exactly known: the patches are of photographs that
 * training has not seen, the pictures of masks are those that it draws too.
 */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { RgbPicture } from "@mien/vision/rgb-picture";
import type { Sessions } from "@mien/vision/sessions";
import type { ScoredBox } from "@mien/vision/boxes";
import { look, type Seen } from "./attributes-look.js";
import { dataFolder } from "./data-folder.js";
import { seededRandom } from "./statistics.js";

type Random = () => number;
type Draw = (
  picture: RgbPicture,
  landmarks: Float32Array,
  random: Random,
) => Promise<{ readonly picture: RgbPicture; readonly truth: DrawnTruth }>;

export interface DrawnTruth {
  readonly mask?: string;
  readonly noseAndMouthCovered?: boolean;
}

/** What `training/attributes/occluders.js` exports. */
interface Occluders {
  readonly heightNames: readonly string[];
  readonly loadTemplates: (files: readonly string[]) => Promise<readonly Buffer[]>;
  readonly useTextures: (from: { things: readonly Buffer[]; skins: readonly Buffer[] }) => void;
  readonly coverMouth: Draw;
  readonly coverEyes: Draw;
  readonly coverForehead: Draw;
  readonly wearGoggles: Draw;
  readonly wearMask: (
    picture: RgbPicture,
    landmarks: Float32Array,
    random: Random,
    templates: readonly Buffer[],
    height: string,
  ) => ReturnType<Draw>;
}

export interface DrawnFace {
  /** mouth, eyes, forehead, goggles, or the height of a mask. */
  readonly kind: string;
  readonly truth: DrawnTruth;
  readonly seen: Seen;
}

async function recipe<Module>(file: string): Promise<Module> {
  const url = new URL(`../../../training/attributes/${file}`, import.meta.url);
  return (await import(fileURLToPath(url))) as Module;
}

/** Draws on a portrait: always over the mouth and a mask, and one of the other three in turn. */
export async function faceDrawer(
  held: readonly unknown[],
): Promise<
  (sessions: Sessions, picture: RgbPicture, seen: Seen, near: ScoredBox) => Promise<DrawnFace[]>
> {
  const draw = await recipe<Occluders>("occluders.js");
  const { thingPatches, skinPatches } = await recipe<{
    thingPatches: (half: "train" | "val") => Promise<Buffer[]>;
    skinPatches: (answers: readonly unknown[]) => Promise<Buffer[]>;
  }>("patches.js");
  draw.useTextures({ things: await thingPatches("val"), skins: await skinPatches(held) });
  const folder = join(dataFolder, "masks/templates");
  const templates = await draw.loadTemplates(
    (await readdir(folder))
      .filter((file) => !file.startsWith("gas") && !/_(left|right)/.test(file))
      .map((file) => join(folder, file)),
  );
  const random = seededRandom(23);
  const others = [
    ["eyes", draw.coverEyes],
    ["forehead", draw.coverForehead],
    ["goggles", draw.wearGoggles],
  ] as const;
  let turn = 0;
  return async (sessions, picture, { landmarks }, near) => {
    const [other, cover] = others[turn % others.length]!;
    const height = draw.heightNames[turn++ % draw.heightNames.length]!;
    const versions = [
      ["mouth", await draw.coverMouth(picture, landmarks, random)],
      [other, await cover(picture, landmarks, random)],
      [height, await draw.wearMask(picture, landmarks, random, templates, height)],
    ] as const;
    const faces: DrawnFace[] = [];
    for (const [kind, version] of versions) {
      const seen = await look(sessions, version.picture, near);
      if (seen !== undefined) faces.push({ kind, truth: version.truth, seen });
    }
    return faces;
  };
}
