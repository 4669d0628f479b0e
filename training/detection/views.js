/** The ways in which WIDER's pictures are shown to the networks that are fitted. */
import sharp from "sharp";
import { seededRandom } from "../../bench/accuracy/dist/statistics.js";

const random = seededRandom(7);

async function rendered(picture, render) {
  const { width, height, data } = picture;
  const { data: made, info } = await render(sharp(data, { raw: { width, height, channels: 3 } }))
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { data: made, width: info.width, height: info.height };
}

export const views = {
  whole: (picture) => [picture],
  /** The training half's faces are twice as large as those of the validation half. */
  half: async (picture) => [
    await rendered(picture, (image) => image.resize(Math.round(picture.width / 2))),
  ],
  /** Up to three squares that no marked face comes near. */
  async faceless(picture, faces) {
    const found = [];
    for (let attempt = 0; attempt < 30 && found.length < 3; attempt++) {
      const side = Math.round((0.3 + 0.4 * random()) * Math.min(picture.width, picture.height));
      const left = Math.floor(random() * (picture.width - side));
      const top = Math.floor(random() * (picture.height - side));
      const reach = side * 1.1;
      const clear = faces.every(
        (face) =>
          face.left + face.width < left + side - reach ||
          face.left > left + reach ||
          face.top + face.height < top + side - reach ||
          face.top > top + reach,
      );
      if (!clear) continue;
      found.push(
        await rendered(picture, (image) => image.extract({ left, top, width: side, height: side })),
      );
    }
    return found;
  },
};
