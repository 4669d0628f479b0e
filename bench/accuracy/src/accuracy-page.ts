/** `docs/accuracy.md` out of the measured numbers. */
import { detectionModels } from "@mien/vision/detection-models";
import { format } from "prettier";
import type { AccuracyReport } from "./accuracy-report.js";
import type { CalibrationReport } from "./calibration.js";
import { type Cell, percent, table } from "./markdown.js";
import { type MaskedStrangersReport, wearers } from "./masked-strangers.js";
import type { PhotographStrangersReport } from "./photograph-strangers.js";
import type { SteadyLandmarks } from "./steady-landmarks.js";
import type { StrangersOfAKind } from "./strangers-by-kind.js";

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

Every number on this page comes from \`npm run bench:accuracy\` (parts: \`detection\`, \`geometry\`, \`recognition\`,
\`strangers\`, \`rest\`). It runs on pictures with known truth, which are not part of the repository: they are read from
\`../shared/data\`, or from the folder that \`MIEN_BENCH_DATA\` names. \`bench/results/accuracy.json\` holds the same
numbers. Unless stated otherwise, nothing was fitted on the pictures that are reported here. Some settings of detection, of
head pose and of what children have in common were kept or dropped after a look at them; \`training/detection\`,
\`training/landmarks\` and \`training/recognition\` say which.`;

function detection({ wider, hardPictures }: Partial<AccuracyReport>): string {
  if (wider === undefined || hardPictures === undefined) return "";
  const kinds = Object.keys(hardPictures[0]?.found ?? {});
  return `## Detection

UltraFace looks at the picture in up to ${detectionModels.detection_03.scales.length} sizes (${detectionModels.detection_02.scales.length} for \`detection_02\`). For \`detection_02\` and
\`detection_03\` MTCNN's first two networks also look for faces; for \`detection_03\` only where UltraFace and O-Net are in
doubt. MTCNN's O-Net judges every box, and judges a doubtful one again from where it takes the face to be. A logistic
regression weighs all of these scores and a second opinion on what O-Net sees (\`training/detection\`). For
\`detection_02\` and \`detection_03\` a network that finds the joints of bodies also judges small doubtful boxes: a head in
the box speaks for a face, a wrist or an elbow against one. \`detection_01\` answers squares, the others boxes from forehead to
chin. The face mesh must confirm a large box with a low score. If nothing certain is found, a second look tries the picture
with a margin around it, then on its sides and upside down.

Measured on ${wider[0]?.pictures} photographs of WIDER FACE's validation half with ${wider[0]?.faces} faces of 10 pixels and more. A face counts as found
at an IoU of 0.5 or more. Unless the row says otherwise, recall is at a precision of 0.90. A precision-recall curve needs a score
for every box, so these figures use the first look only, without the face mesh's verdict and without second looks.

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

The next table is about pictures that are hard for detectors. It gives the share that the whole service answers correctly.
"Faceless" pictures are parts of WIDER's photographs away from every marked face: hands, clothes, letters. The detectors
were fitted to the training half, so rely on the row of the validation half. One photograph is left out because it shows two
passport photographs that nobody marked. Tiny faces are WIDER's. The other rows with faces are of portraits that nothing
was fitted to, and where their faces are is what detection_03 finds in the portraits as they are. A face must be found at an
IoU of 0.5 or more.

${table(
  ["", "pictures", ...hardPictures.map((row) => row.detectionModel)],
  kinds.map((kind) => [
    kind,
    hardPictures[0]?.pictures[kind] ?? 0,
    ...hardPictures.map((row) => percent(row.found[kind]?.rate ?? 0)),
  ]),
)}`;
}

function steady(changes: readonly SteadyLandmarks[] | undefined): string {
  if (changes === undefined) return "";
  return `
A mask over the face, the picture's border close to it or a picture that lies should not move the landmarks. The table gives how
far the 68 points without the jaw are from where they are found on the face as it is, in percent of the landmarks'
height, and how many faces lose them (a tenth of that height or more). People and pictures of masks are such that nothing was
fitted to:

${table(
  ["the face is", "faces", "not found", "moved by", "lost"],
  changes.map(({ change, faces, notFound, moved, lost }) => [
    change,
    faces,
    notFound,
    `${fixed(moved, 1)} %`,
    percent(lost.rate),
  ]),
)}
`;
}

function geometry({ geometry: measured, steadyLandmarks }: Partial<AccuracyReport>): string {
  if (measured === undefined) return "";
  const { landmarks, knownPose, serviceAnswers, notFound } = measured;
  return `## Landmarks and head pose

The 27 landmarks are the mean of two models, iBUG's 68 points and MediaPipe's mesh, with a correction for the errors that
both have in common (\`training/landmarks\`). The pupils are the centres of the irises. The table gives the mean distance to
the 19 points whose true position is known, in percent of the landmarks' extent, on faces that the correction was not
fitted to (${notFound} of all 600 faces were not found):

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
${steady(steadyLandmarks)}
Mean absolute error of the head pose in degrees, on pictures that the regression was not fitted to:

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
  maskedStrangers,
  photographStrangers,
  strangersByKind,
  lfw,
}: Partial<AccuracyReport>): string {
  if (models === undefined || grouping === undefined || masked === undefined || lfw === undefined)
    return "";
  const each = (cell: (row: CalibrationReport) => Cell): Cell[] => models.map(cell);
  const names = models.map((row) => row.recognitionModel);
  return `## Recognition

\`recognition_01\` is faceres, \`recognition_02\` is dlib's network, \`recognition_03\` is a 512-dimensional ArcFace network, and
\`recognition_04\` is the fusion of that network with MobileFaceNet and dlib's. faceIds of different models are never compared.

Over REST (the real server and client, \`detection_03\` and \`${lfw.recognitionModel}\`, verify on LFW's pairs),
${fixed(lfw.accuracy, 2)} % of ${lfw.pairs} pairs are decided correctly: ${lfw.falseAccepts} pairs of strangers are accepted and ${lfw.falseRejects} pairs of one person
are rejected. Of ${lfw.pictures} pictures, ${lfw.picturesWithoutFace} yield no face and ${lfw.picturesWithWrongFace} the wrong one.

Confidences are fitted on one half of LFW's people. The rows of "all pairs" use all pairs of pictures of the other half
(${models[0]?.strangerPairs} of strangers, ${models[0]?.samePersonPairs} of one person). LFW's own pairs, above and below, are of people of both halves. "True accepts" are the share of
pairs of one person that are accepted where the given share of strangers is:

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

The next table says what a confidence means. With each confidence as the threshold, it gives the share of strangers' pairs
that are accepted and the share of one person's pairs that are rejected. \`GET /models\` answers the 95 % intervals:

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

findSimilar in mode \`matchPerson\` and group raise their threshold with the size of the set (\`searchLogit\` in
\`packages/gallery/src/matching.ts\`).

Accuracy on ${masked[0]?.pairs} pairs with a mask drawn on the second picture, each model at its best threshold:

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
${maskedPairs(maskedStrangers)}${strangersOfOnePhotograph(photographStrangers)}${strangersOfOneKind(strangersByKind)}
## Grouping

group uses average linkage, so that one face that resembles two people does not join their groups. The threshold depends on
the number of strangers that a face may be expected to meet above it. That number was chosen for each model on one half of
LFW's people (\`npm run calibrate:grouping\`); how many strangers score so high, in group as in findSimilar, is read off
the other half, of which the tables above are. The table is measured on ${grouping[0]?.sets} random sets of each size, drawn from both halves.

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

function maskedPairs(models: readonly MaskedStrangersReport[] | undefined): string {
  if (models === undefined) return "";
  const rows = (
    name: string,
    of: (row: MaskedStrangersReport) => MaskedStrangersReport["strangers"],
  ): Cell[][] =>
    wearers.map((wearer) => [
      `${name}, ${wearer} masked`,
      ...models.map((row) => percent(of(row)[wearer].rate)),
    ]);
  return `
What masked faces have in common is taken from their vectors (\`training/recognition\`). The next table gives the shares of pairs
that are accepted at confidence 0.5, of ${models[0]?.people} people, with pictures of masks, that this was not fitted to:

${table(
  ["", ...models.map((row) => row.recognitionModel)],
  [...rows("strangers", (row) => row.strangers), ...rows("one person", (row) => row.onePerson)],
)}
`;
}

function strangersOfOnePhotograph(
  models: readonly PhotographStrangersReport[] | undefined,
): string {
  const [first] = models ?? [];
  if (models === undefined || first === undefined) return "";
  return `
### Strangers of one photograph

The rates above are for strangers drawn from all of LFW. People in one photograph often resemble each other in age, sex and
origin, and share light and camera. The table compares all ${first.pairs} pairs of strangers in one photograph, from ${first.faces} faces of 60 pixels
and more in ${first.photographs} photographs of WIDER FACE, with pairs of faces from two of these photographs. Collages are left out, since they
may show a person twice; brothers and sisters are not. It gives the share accepted, with its 95 % interval over photographs:

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

\`training/recognition/README.md\` says what was tried to lower these rates, and why it was dropped.
`;
}

function strangersOfOneKind(rows: readonly StrangersOfAKind[] | undefined): string {
  if (rows === undefined) return "";
  return `
### Small faces, and children

The tables above are of adults, most of whose faces have a hundred pixels. The next one compares strangers of one kind: faces of
two photographs of WIDER FACE's validation half by the longer side of their boxes, and portraits of people of one age,
as the service answered it, that nothing was fitted to. It gives the share of pairs that are accepted at confidence
0.5, and at 0.9 after the comma. Two faces that are both seen faintly, far away or blurred, lose confidence, but for
\`recognition_02\`. What children have in common is taken from their vectors (\`training/recognition\`): the networks learned
from adults, to whom small children look alike. Few portraits are of children, so their shares are rough; and how often two
pictures of one child are rejected could only be estimated, with pairs that were made up:

${table(
  ["both faces", "faces", "pairs", ...Object.keys(rows[0]!.accepted)],
  rows.map(({ kind, faces, pairs, accepted }) => [
    kind,
    String(faces),
    String(pairs),
    ...Object.values(accepted).map((shares) => shares.map(({ rate }) => percent(rate)).join(", ")),
  ]),
)}
`;
}

const failures = `## Known failures

- Side faces, heavily occluded faces, faces under 16 pixels and overlapping faces in crowds are found less often.
- Hands, letters and folds of cloth that appear large are sometimes taken for faces.
- Beyond 60 degrees of yaw, landmarks are inaccurate, and the roll and pitch of the head pose say little.
- Strangers in the same photograph are accepted as one person far more often than the tables of confidences say, because
  those compare strangers of all sorts. Where people may look alike, use a higher threshold or let a person decide.
- Small children are taken for each other more often than adults, and so are faces of few pixels. How often two pictures of
  one child are rejected is not known.
- There is no data on other groups of people, so no error rates by group are given. Measure on your own pictures before you base
  decisions about people on these numbers.`;
