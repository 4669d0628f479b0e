import type { FaceAttributes, FaceDetectionResult } from "@mien/client";
import { html } from "./elements.js";
import { faceColours } from "./face-overlay.js";

/** One card for each face, with its cut and what was told of it. The chosen face's card is open. */
export function facePanel(
  faces: readonly FaceDetectionResult[],
  cuts: readonly HTMLCanvasElement[],
  onSelect: (index: number) => void,
): { readonly element: HTMLElement; select(index: number): void } {
  const cards = faces.map((face, index) => {
    const { width, height } = face.faceRectangle;
    return html(
      "details",
      {
        class: `card face-card colour-${index % faceColours}`,
        ontoggle: (event) => {
          if ((event.target as HTMLDetailsElement).open) onSelect(index);
        },
      },
      html(
        "summary",
        {},
        cuts[index],
        html(
          "span",
          {},
          html("strong", {}, `Face ${index + 1}`),
          html("span", { class: "muted small" }, `${width} × ${height} pixels`),
        ),
      ),
      factList(face),
    );
  });
  const list = html("div", { class: "face-list" }, ...cards);
  return {
    element: list,
    select(selected) {
      cards.forEach((card, index) => {
        card.open = index === selected;
      });
      const card = cards[selected];
      if (card !== undefined) bringIntoView(list, card);
    },
  };
}

/** Scrolls the list alone, as little as it takes: the page stays where the person is. */
function bringIntoView(list: HTMLElement, card: HTMLElement): void {
  const [view, wanted] = [list.getBoundingClientRect(), card.getBoundingClientRect()];
  const above = wanted.top - view.top;
  const below = wanted.bottom - view.bottom;
  // Of a card that is longer than the list, the beginning is seen.
  if (above < 0) list.scrollTop += above;
  else if (below > 0) list.scrollTop += Math.min(below, above);
}

/** What was told of a face, as pairs of a name and a value. */
function factList(face: FaceDetectionResult): HTMLElement {
  const { left, top, width, height } = face.faceRectangle;
  const facts: [string, string | Node][] = [
    ["Rectangle", `left ${left}, top ${top}, ${width} × ${height}`],
  ];
  if (face.faceLandmarks !== undefined) {
    facts.push(["Landmarks", `${Object.keys(face.faceLandmarks).length} points`]);
  }
  facts.push(...attributeFacts(face.faceAttributes ?? {}));
  if (face.recognitionModel !== undefined) facts.push(["Recognition model", face.recognitionModel]);
  if (face.faceId !== undefined) facts.push(["faceId", html("code", {}, face.faceId)]);
  return html(
    "dl",
    { class: "facts" },
    ...facts.flatMap(([name, value]) => [html("dt", {}, name), html("dd", {}, value)]),
  );
}

function attributeFacts(attributes: FaceAttributes): [string, string | Node][] {
  const { headPose, glasses, occlusion, accessories, blur, exposure, noise, mask } = attributes;
  const { qualityForRecognition, age, smile, facialHair, hair } = attributes;
  const facts: [string, string | Node][] = [];
  const add = (name: string, value: string | Node | undefined) => {
    if (value !== undefined) facts.push([name, value]);
  };
  const degrees = (value: number) => `${value.toFixed(1)}°`;
  add(
    "Head pose",
    headPose &&
      `pitch ${degrees(headPose.pitch)}, yaw ${degrees(headPose.yaw)}, roll ${degrees(headPose.roll)}`,
  );
  add("Quality", qualityForRecognition);
  add(
    "Mask",
    mask && `${inWords(mask.type)}${mask.noseAndMouthCovered ? ", nose and mouth covered" : ""}`,
  );
  add("Glasses", glasses && inWords(glasses));
  add(
    "Accessories",
    accessories &&
      (accessories.map(({ type, confidence }) => `${type} ${confidence.toFixed(2)}`).join(", ") ||
        "none"),
  );
  add(
    "Occlusion",
    occlusion &&
      (Object.entries(occlusion)
        .flatMap(([part, covered]) => (covered === true ? [part.replace("Occluded", "")] : []))
        .join(", ") ||
        "none"),
  );
  add("Blur", blur && gauge(blur.blurLevel, blur.value));
  add("Exposure", exposure && gauge(inWords(exposure.exposureLevel), exposure.value));
  add("Noise", noise && gauge(noise.noiseLevel, noise.value));
  add("Age", age === undefined ? undefined : `${age.toFixed(0)} years`);
  add("Smile", smile === undefined ? undefined : gauge("", smile));
  for (const [name, value] of Object.entries(facialHair ?? {}))
    add(inWords(name), gauge("", value as number));
  add("Bald", hair && gauge("", hair.bald));
  add("Hair colour", hair && (hair.hairColor[0]?.color ?? (hair.invisible ? "hidden" : "unknown")));
  return facts;
}

/** A value from 0 to 1, with its level in words. */
function gauge(level: string, value: number): HTMLElement {
  return html(
    "span",
    { class: "gauge" },
    html("meter", { min: 0, max: 1, value, "aria-hidden": "true" }),
    `${level} ${value.toFixed(2)}`.trim(),
  );
}

/** `readingGlasses` as people write it. */
function inWords(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
