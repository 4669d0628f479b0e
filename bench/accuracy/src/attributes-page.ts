/** The model card of the attribute heads. */
import { format } from "prettier";
import type { AttributesReport } from "./attributes.js";

const percent = (value: number, digits = 1): string => `${(100 * value).toFixed(digits)} %`;

export async function attributesPage(report: AttributesReport): Promise<string> {
  const { glasses, areas, mask, exposure, blur, noise, ageByGroup } = report;
  const rows: readonly (readonly [string, string, string])[] = [
    [
      "glasses, 3 classes",
      "98 %, balanced 96 %",
      `${percent(glasses.accuracy)}, balanced ${percent(glasses.balanced)}`,
    ],
    ["sunglasses called none", "at most 2 %", percent(glasses.sunglassesCalledNone)],
    ...Object.entries(areas).map(([name, { area, positives }]): [string, string, string] => [
      `${name}, ${positives} positives`,
      `area ${areaTargets[name] ?? "–"}`,
      area.toFixed(3),
    ]),
    ["eyeOccluded, false alarms", "under 2 %", percent(report.falseAlarms.eye)],
    ["mouthOccluded, false alarms", "under 2 %", percent(report.falseAlarms.mouth)],
    [`mask, ${mask.realPhotographs} real photographs`, "98.5 %", percent(mask.realAccuracy)],
    [`drawn masks found, ${mask.drawn} portraits`, "–", percent(mask.drawnFound)],
    ["noseAndMouthCovered on drawn masks", "97 %", percent(mask.coveredAccuracy)],
    ["plain portraits called masked", "–", percent(mask.plainCalledMasked)],
    ["exposure, mean absolute error", "0.045", exposure.error.toFixed(3)],
    ["exposure, same level", "95 %", percent(exposure.levels)],
    ["blur, rank correlation with its strength", "0.95", blur.rankCorrelation.toFixed(3)],
    ["blur, same level (always low)", percent(blur.alwaysLow), percent(blur.levels)],
    ["noise, rank correlation with its strength", "0.95", noise.rankCorrelation.toFixed(3)],
    ["noise, same level (always low)", percent(noise.alwaysLow), percent(noise.levels)],
    ["noise's rank correlation with blur's strength", "not positive", noise.crossTalk.toFixed(3)],
    ["age, mean absolute error in years", "4.3", report.age.error.toFixed(1)],
    [
      `hair colour, first of ${report.hairColour.portraits}`,
      "85 %",
      percent(report.hairColour.topOne),
    ],
  ];
  const page = `# Model card: attribute heads

<!-- Written by \`npm run bench:attributes\`; edit \`bench/accuracy/src/attributes-page.ts\`. -->

**What it is.** Linear heads with one hidden layer on features of the frozen network \`faceres\`
(\`@vladmandic/human\`, MIT), read at two aligned crops of a face. Exposure, blur and noise come from pixel statistics,
exposure by a small regression. Weights: \`packages/models/weights/attributes.onnx\`; recipe: \`training/attributes\`.

**Data.** Portraits with the answers that the Azure service gave in 2019-20, photographs with and without masks, and
what the recipe draws on the portraits: hands, scarves, goggles, masks of four heights. The pictures come from public
research sets with restricted or unstated licences: check whether your use of weights that learned from them is allowed.

**Splits.** By a hash of the picture's number: 80 % trained, the other 20 % are reported here (${report.portraits} plain
portraits). Most truth is another model's answer, not a person's.

| measure | target | result |
| --- | --- | --- |
${rows.map((row) => `| ${row.join(" | ")} |`).join("\n")}

Glasses, the service's classes down, ours across:

| | noGlasses | readingGlasses | sunglasses | swimmingGoggles |
| --- | --- | --- | --- | --- |
${["noGlasses", "readingGlasses", "sunglasses"].map((name, index) => `| ${name} | ${glasses.confusion[index]!.join(" | ")} |`).join("\n")}

By age, as the service estimated it:

| age | portraits | glasses right | error of age, years | called masked or covered |
| --- | --- | --- | --- | --- |
${ageByGroup.map((row) => `| ${row.group} | ${row.portraits} | ${percent(row.glassesAccuracy)} | ${row.ageError.toFixed(1)} | ${percent(row.maskFalseAlarms)} |`).join("\n")}

Drawn eye, mouth and forehead occluders, goggles and templates are reported by \`python3 training/attributes/train_heads.py\`.

**Known failures.** Hands at the chin are now and then masks; goggles over clear glass are reading glasses; hair colour
of grey and blond heads is confused; ages over 60 are estimated too low. Nothing here tells gender, ethnicity or emotion.
`;
  return format(page, { parser: "markdown", printWidth: 100 });
}

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
