import type { FaceDetectionResult } from "@mien/client";
import { html } from "./elements.js";
import type { Models } from "./model-choice.js";
import { faceCut, type Picture } from "./picture.js";
import type { Page } from "./view.js";

/** A face that can be compared, and the picture it is in. */
export interface KnownFace {
  readonly faceId: string;
  readonly picture: Picture;
  readonly face: FaceDetectionResult;
  readonly label: string;
}

/**
 * Detects the faces of pictures that are to be compared, two pictures at a time. A picture that the server refuses is
 * told of and passed over.
 * @returns `undefined` when the page is at other work.
 */
export function knownFaces(
  page: Page,
  pictures: readonly Picture[],
  models: Models,
): Promise<KnownFace[] | undefined> {
  return page.busy("Looking for faces", () => detectAll(page, pictures, models));
}

async function detectAll(
  page: Page,
  pictures: readonly Picture[],
  models: Models,
): Promise<KnownFace[]> {
  const found: KnownFace[][] = pictures.map(() => []);
  let next = 0;
  let done = 0;
  const work = async () => {
    for (let index = next++; index < pictures.length; index = next++) {
      const picture = pictures[index]!;
      try {
        const faces = await page.session.client.detect(picture.upload, {
          ...models,
          returnFaceId: true,
          faceIdTimeToLive: 3600,
        });
        found[index] = faces.map((face, rank) => ({
          faceId: face.faceId!,
          picture,
          face,
          label: faces.length > 1 ? `#${rank + 1} ${picture.name}` : picture.name,
        }));
      } catch (error) {
        page.fail(error);
      }
      done += 1;
      if (pictures.length > 1) page.announce(`${done} of ${pictures.length} pictures`);
    }
  };
  await Promise.all([work(), work()]);
  return found.flat();
}

/** A face among others, with what is said of it. */
export function faceItem({ picture, face, label }: KnownFace, ...words: string[]): HTMLElement {
  return html(
    "li",
    {},
    faceCut(picture, face.faceRectangle, label),
    ...words.map((word) => html("span", { class: "small" }, word)),
    html("span", { class: "muted small ellipsis" }, label),
  );
}
