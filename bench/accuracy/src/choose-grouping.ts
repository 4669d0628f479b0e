/**
 * `npm run calibrate:grouping`: how many strangers a face of a group may be expected to meet above group's threshold.
 * Chosen for each model on sets of one half of LFW's people; the sets of the other half say what that is worth. The
 * values stand in `packages/vision/src/recognition-models.ts`.
 */
import type { RecognitionModelId } from "@mien/vision/analysis";
import { recognitionModels } from "@mien/vision/recognition-models";
import { requireData } from "./data-folder.js";
import { chooseFalseAccepts } from "./grouping-choice.js";
import type { GroupingScores } from "./grouping.js";
import { picturesOf, readPairs } from "./lfw-data.js";
import { embedLfw } from "./lfw-embeddings.js";

requireData();
const vectors = await embedLfw(picturesOf(await readPairs()), "embed");
const shown = ({ pairwisePrecision, pairwiseRecall, bCubed }: GroupingScores): string =>
  [pairwisePrecision, pairwiseRecall, bCubed].map((value) => value.toFixed(4)).join(" / ");
console.log("pairwise precision / pairwise recall / B-cubed F");
for (const model of Object.keys(recognitionModels) as RecognitionModelId[]) {
  const { choice, measured } = chooseFalseAccepts(model, vectors);
  console.table(
    Object.fromEntries(
      measured.map(({ falseAccepts, faces, chooses, checks }) => [
        `${faces} faces, ${falseAccepts}`,
        { "half that chooses": shown(chooses), "half that checks": shown(checks) },
      ]),
    ),
  );
  console.log(
    `${model}: chosen ${choice ?? "none"}, in use ${recognitionModels[model].groupFalseAccepts}`,
  );
}
