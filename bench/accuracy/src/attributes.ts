/** The attributes against the service's own answers, and against strengths of blur and noise that are known. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { blur, noise } from "@mien/vision/attributes/picture-quality";
import { decodePicture } from "@mien/vision/decode";
import { Sessions } from "@mien/vision/sessions";
import { look, type Seen, withRetired } from "./attributes-look.js";
import type { AttributesReport } from "./attributes-report.js";
import { type Answered, type Faces, type Spoilt, summary } from "./attributes-summary.js";
import { dataFolder } from "./data-folder.js";
import { blurred, noisy } from "./degraded-pictures.js";
import { type DrawnFace, faceDrawer } from "./drawn-faces.js";
import { heldOut, readServiceAnswers } from "./face-geometry.js";
import { maskFolders, reportedMaskPhotographs } from "./mask-photographs.js";
import { progress } from "./progress.js";
import { seededRandom } from "./statistics.js";
import { boxOf } from "./subject.js";

const strengths = [0, 1, 2, 3, 4, 5];

export async function measureAttributes(): Promise<AttributesReport> {
  const sessions = new Sessions();
  const answers = (await readServiceAnswers()).filter(({ file }) => heldOut(file));
  const drawOn = await faceDrawer(answers.filter(({ drawnMask }) => drawnMask === null));
  const covered: DrawnFace[] = [];
  const plain: Answered[] = [];
  const drawn: { seen: Seen; form: string }[] = [];
  const quality: Record<"blur" | "noise", Spoilt[]> = { blur: [], noise: [] };
  const random = seededRandom(5);
  const report = progress("attributes", answers.length);
  for (const answer of answers) {
    report();
    const { picture } = await decodePicture(
      await readFile(join(dataFolder, "service-answers", answer.file)),
    );
    const near = boxOf(answer.faceRectangle);
    const seen = await look(sessions, picture, near);
    if (seen === undefined) continue;
    if (answer.drawnMask !== null) {
      drawn.push({ seen, form: answer.drawnMask });
      continue;
    }
    plain.push({ seen: await withRetired(sessions, picture, seen), truth: answer.faceAttributes });
    covered.push(...(await drawOn(sessions, picture, seen, near)));
    if (plain.length % 8 !== 0) continue;
    for (const strength of strengths) {
      const versions = {
        blur: await blurred(picture, strength * 0.8),
        noise: noisy(picture, strength * 5, random),
      };
      for (const name of ["blur", "noise"] as const) {
        const again = await look(sessions, versions[name], near);
        if (again !== undefined)
          quality[name].push({
            blur: blur(again.pixels).value,
            noise: noise(again.pixels).value,
            strength,
          });
      }
    }
  }
  return summary({ plain, drawn, covered, real: await photographsOfMasks(sessions), quality });
}

async function photographsOfMasks(sessions: Sessions): Promise<Faces["real"]> {
  const real: { seen: Seen | undefined; masked: boolean }[] = [];
  for (const folder of maskFolders)
    for (const file of await reportedMaskPhotographs(folder)) {
      const { picture } = await decodePicture(await readFile(join(dataFolder, file)));
      real.push({ seen: await look(sessions, picture), masked: folder === "with_mask" });
    }
  return real;
}
