/** `docs/accuracy.md` out of the measured numbers. */
import { detectionModels } from "@mien/vision/detection-models";
import { format } from "prettier";
import type { AccuracyReport } from "./accuracy-report.js";
import type { CalibrationReport } from "./calibration.js";
import { type Cell, percent, table } from "./markdown.js";
import type { PhotographStrangersReport } from "./photograph-strangers.js";

const fixed = (value: number, digits: number): string => value.toFixed(digits);
const scientific = (value: number): string => (value === 0 ? "0" : value.toExponential(1));

export async function accuracyPage(report: Partial<AccuracyReport>): Promise<string> {
  const sections = [
    introduction,
    detection(report),
    geometry(report),
    recognition(report),
    failures,
  ];
  return format(sections.filter((section) => section !== "").join("\n\n"), {
    parser: "markdown",
    printWidth: 100,
  });
}

const introduction = `# Accuracy

<!-- Written by \`npm run bench:accuracy\`; edit \`bench/accuracy/src/accuracy-page.ts\`. -->

Every number comes from \`npm run bench:accuracy\` (parts: \`detection\`, \`geometry\`, \`recognition\`, \`strangers\`,
\`rest\`), run on pictures with truth that are not part of the repository (\`../shared/data\`, or the folder in
\`MIEN_BENCH_DATA\`); the same numbers lie in \`bench/results/accuracy.json\`. What was fitted was fitted on other pictures than those reported,
unless it is said.`;

function detection({ wider, hardPictures }: Partial<AccuracyReport>): string {
  if (wider === undefined || hardPictures === undefined) return "";
  const kinds = Object.keys(hardPictures[0]?.found ?? {});
  return `## Detection

UltraFace looks at the picture in up to ${detectionModels.detection_03.scales.length} sizes (for \`detection_02\` ${detectionModels.detection_02.scales.length}); for \`detection_02\` and
\`detection_03\` MTCNN's first two networks look for faces of their own, for \`detection_03\` only where the others
are in doubt. MTCNN's O-Net judges every box, one in doubt again from where it takes the face to be, and a logistic
regression weighs what all of them say, a second opinion on what O-Net sees among it
(\`training/detection\`). \`detection_01\` answers squares, the others boxes from
forehead to chin. A large box that nobody is sure of must look like a face to the face mesh too. Where the first look is sure
of nothing, a second one looks at the picture with a margin around it, then on its sides and on its head.

${wider[0]?.pictures} photographs of WIDER FACE's validation half, ${wider[0]?.faces} faces of 10 pixels and more, IoU 0.5; recall at precision 0.90.
Measured on what the first look scores, which a curve needs: without the mesh's word and without second looks.

${table(
  ["", ...wider.map((row) => row.detectionModel)],
  [
    ["average precision", ...wider.map((row) => fixed(row.averagePrecision, 3))],
    ["recall", ...wider.map((row) => fixed(row.recall, 3))],
    ...Object.keys(wider[0]?.recallBySize ?? {}).map((size) => [
      `recall, ${size.replace("-Infinity", " px and more").replace("-", " to ")}`,
      ...wider.map((row) => fixed(row.recallBySize[size] ?? 0, 2)),
    ]),
    ["recall, heavy blur", ...wider.map((row) => fixed(row.recallHeavyBlur, 2))],
    [
      `recall, ${wider[0]?.sideFaces} side faces`,
      ...wider.map((row) => fixed(row.recallSideFaces, 2)),
    ],
    ["precision at the service's threshold", ...wider.map((row) => fixed(row.servicePrecision, 3))],
    ["recall at the service's threshold", ...wider.map((row) => fixed(row.serviceRecall, 3))],
  ],
)}

Pictures that detectors trip over, as the service answers them; share answered rightly. "Faceless" are parts of WIDER's
photographs that no marked face comes near: hands, clothes, letters. The detectors were fitted to the training half, so the
validation half is the one to go by; a photograph with two unmarked passport photographs is left out.

${table(
  ["", "pictures", ...hardPictures.map((row) => row.detectionModel)],
  kinds.map((kind) => [
    kind,
    hardPictures[0]?.pictures[kind] ?? 0,
    ...hardPictures.map((row) => percent(row.found[kind]?.rate ?? 0)),
  ]),
)}`;
}

function geometry({ geometry: measured }: Partial<AccuracyReport>): string {
  if (measured === undefined) return "";
  const { landmarks, knownPose, serviceAnswers, notFound } = measured;
  return `## Landmarks and head pose

The 27 landmarks are the mean of two models, iBUG's 68 and MediaPipe's mesh, corrected by what both err in
(\`training/landmarks\`); pupils are the centres of the irises. Mean distance to the 19 points whose truth is known, percent
of the landmarks' extent, on faces that the correction was not fitted to (${notFound} of all 600 faces were not found):

${table(
  ["yaw, degrees", "faces", "answered", "68 alone", "mesh alone"],
  landmarks.map((band) => [
    band.yaw,
    band.faces,
    fixed(band.answered, 2),
    fixed(band.ibugAlone, 2),
    fixed(band.meshAlone, 2),
  ]),
)}

Head pose, mean absolute error in degrees, on pictures that the regression was not fitted to:

${table(
  ["truth", "faces", "pitch", "yaw", "roll"],
  [
    ["known pose, yaw within 60", knownPose],
    ["the service's own answers", serviceAnswers],
  ].map(([name, row]) => {
    const { faces, pitch, yaw, roll } = row as typeof knownPose;
    return [name as string, faces, fixed(pitch, 2), fixed(yaw, 2), fixed(roll, 2)];
  }),
)}`;
}

function recognition({
  recognition: models,
  grouping,
  masked,
  photographStrangers,
  lfw,
}: Partial<AccuracyReport>): string {
  if (models === undefined || grouping === undefined || masked === undefined || lfw === undefined)
    return "";
  const each = (cell: (row: CalibrationReport) => Cell): Cell[] => models.map(cell);
  const names = models.map((row) => row.recognitionModel);
  return `## Recognition

\`recognition_01\` is faceres, \`_02\` dlib's network, \`_03\` a 512-dimensional ArcFace network, \`_04\` the fusion of that
one with MobileFaceNet and dlib. faceIds of different models are never compared.

Through REST (the real server and client, \`detection_03\`, \`${lfw.recognitionModel}\`, verify on LFW's pairs):
${fixed(lfw.accuracy, 2)} % of ${lfw.pairs} pairs; ${lfw.falseAccepts} strangers accepted, ${lfw.falseRejects} people rejected; ${lfw.picturesWithoutFace} of ${lfw.pictures}
pictures without a face, ${lfw.picturesWithWrongFace} with a wrong one.

Confidences are fitted on one half of LFW's people. All pairs of pictures of the other half
(${models[0]?.strangerPairs} of strangers, ${models[0]?.samePersonPairs} of one person):

${table(
  ["", ...names],
  [
    ["LFW's pairs at confidence 0.5", ...each((row) => percent(row.pairs.accuracy.rate, 2))],
    [
      "LFW's pairs, true accepts at 1e-3",
      ...each((row) => percent(row.pairs.trueAcceptsAtOneInThousand, 2)),
    ],
    ...(models[0]?.trueAccepts ?? []).map(({ falseAcceptRate }, index) => [
      `all pairs, true accepts at ${scientific(falseAcceptRate)}`,
      ...each((row) => percent(row.trueAccepts[index]?.rate ?? 0, 1)),
    ]),
  ],
)}

What a confidence means: the share of strangers accepted and of people rejected from there on (95 % intervals are served
at \`GET /models\`):

${table(
  ["confidence", ...names],
  (models[0]?.rows ?? []).map(({ confidence }, index) => [
    confidence,
    ...each((row) => {
      const rates = row.rows[index]!;
      return `${scientific(rates.falseAccept.rate)} / ${scientific(rates.falseReject.rate)}`;
    }),
  ]),
)}

findSimilar in mode \`matchPerson\` and group ask more of a pair the larger the set: \`searchLogit\` in
\`packages/gallery/src/matching.ts\`.

Masks drawn on the second picture of ${masked[0]?.pairs} pairs, each at its best threshold:

${table(
  ["", ...masked.map((row) => row.recognitionModel)],
  [
    ["without masks", ...masked.map((row) => `${fixed(row.accuracyBare, 1)} %`)],
    ["with masks", ...masked.map((row) => `${fixed(row.accuracyMasked, 1)} %`)],
    [
      "with masks, true accepts at 1e-2",
      ...masked.map((row) => percent(row.trueAcceptsMaskedAtOneInHundred)),
    ],
  ],
)}
${strangersOfOnePhotograph(photographStrangers)}
## Grouping

Average linkage, so that a face that resembles two people does not chain them. How many strangers a face may be expected
to meet above the threshold was chosen for each model on one half of the people (\`npm run calibrate:grouping\`); here,
${grouping[0]?.sets} random sets of each size, drawn from all of them.

${table(
  ["model", "faces", "pairwise precision", "pairwise recall", "B-cubed F"],
  grouping.map((row) => [
    row.recognitionModel,
    row.faces,
    fixed(row.pairwisePrecision, 3),
    fixed(row.pairwiseRecall, 3),
    fixed(row.bCubed, 3),
  ]),
)}`;
}

function strangersOfOnePhotograph(
  models: readonly PhotographStrangersReport[] | undefined,
): string {
  const [first] = models ?? [];
  if (models === undefined || first === undefined) return "";
  return `
### Strangers of one photograph

The rates above are of strangers drawn from all of LFW. People who stand together resemble each other in age, sex and
origin, and share light and camera: all ${first.pairs} pairs of ${first.faces} faces of 60 pixels and more in ${first.photographs} photographs
of WIDER FACE, against pairs of faces of two of these photographs. Collages, which show a person twice, are left out;
brothers and sisters are not. Share accepted, with its 95 % interval over photographs:

${table(
  ["", ...models.map((row) => row.recognitionModel)],
  first.accepted.flatMap(({ confidence }, index) => [
    [
      `one photograph, confidence ${confidence}`,
      ...models.map(({ accepted }) => {
        const { onePhotograph, interval } = accepted[index]!;
        const [low, high] = interval.map((bound) => fixed(100 * bound, 1));
        return `${percent(onePhotograph)} (${low} to ${high})`;
      }),
    ],
    [
      `two photographs, confidence ${confidence}`,
      ...models.map(({ accepted }) => percent(accepted[index]!.twoPhotographs)),
    ],
  ]),
)}

What was tried against it, and dropped: \`training/recognition/README.md\`.
`;
}

const failures = `## Known failures

- Side faces, heavy occlusion, faces under 16 pixels and crowds in which faces overlap are found less often.
- Hands, letters and folds of cloth, seen large, are now and then taken for faces.
- Beyond 60 degrees of yaw landmarks are rough, and the roll and pitch of the pose say little.
- Strangers who stand in one photograph are taken for one person far more often than the tables of confidences say, which
  compare strangers of all sorts: look-alikes need a higher threshold, or a person who looks.
- No truth about groups of people is at hand, so no error rate by group is given; measure on your own pictures before a
  decision about people rests on these numbers.`;
