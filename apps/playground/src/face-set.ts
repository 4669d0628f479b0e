import type { FaceDetectionResult } from "@mien/client";
import type { Models } from "./model-choice.js";
import type { Picture } from "./picture.js";
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
 */
export async function knownFaces(
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
