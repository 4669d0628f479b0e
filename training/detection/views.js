/** The ways in which WIDER's pictures are shown to the networks that are fitted. */
import { facelessSquare } from "../../bench/accuracy/dist/faceless-square.js";
import { fromSharp, toSharp } from "../../bench/accuracy/dist/raw-pictures.js";
import { seededRandom } from "../../bench/accuracy/dist/statistics.js";
import { boxOf } from "../../bench/accuracy/dist/subject.js";

const random = seededRandom(7);

export const views = {
  whole: (picture) => [picture],
  /** The training half's faces are twice as large as those of the validation half. */
  half: async (picture) => [
    await fromSharp(toSharp(picture).resize(Math.round(picture.width / 2))),
  ],
  /** Up to three squares that no marked face comes near. */
  async faceless(picture, faces) {
    const found = [];
    for (let attempt = 0; attempt < 30 && found.length < 3; attempt++) {
      const square = facelessSquare(picture, faces.map(boxOf), random);
      if (square !== undefined) found.push(await fromSharp(toSharp(picture).extract(square)));
    }
    return found;
  },
};
