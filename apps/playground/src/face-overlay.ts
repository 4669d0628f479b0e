import type { FaceDetectionResult } from "@mien/client";
import { headPoseAxes } from "@mien/contract/head-pose-axes";
import { html, svg } from "./elements.js";
import type { Picture } from "./picture.js";

export interface FaceStage {
  readonly element: HTMLElement;
  /** Draws one face stronger than the others. */
  select(index: number): void;
}

/** How many colours the style sheet has for faces. */
export const faceColours = 6;

/**
 * A picture with its faces drawn: rectangle, number, landmarks and head-pose axes.
 * @param url of the picture.
 * @param faces undefined as long as nobody has told which there are.
 */
export function faceStage(
  picture: Picture,
  url: string,
  faces?: readonly FaceDetectionResult[],
  onSelect: (index: number) => void = () => undefined,
): FaceStage {
  const drawings = (faces ?? []).map((face, index) => faceDrawing(picture, face, index, onSelect));
  const image = html("img", {
    src: url,
    width: picture.width,
    height: picture.height,
    alt: faces === undefined ? picture.name : `${picture.name}: ${countOf(faces)} found`,
  });
  const element = html(
    "figure",
    { class: "stage" },
    image,
    svg(
      "svg",
      {
        viewBox: `0 0 ${picture.width} ${picture.height}`,
        class: "overlay",
        "aria-hidden": "true",
      },
      ...drawings,
    ),
  );
  // The picture is never shown wider than the window is high, by its own proportion.
  element.style.setProperty("--proportion", String(picture.width / picture.height));
  return {
    element,
    select(selected) {
      drawings.forEach((drawing, index) =>
        drawing.classList.toggle("selected", index === selected),
      );
    },
  };
}

const countOf = ({ length }: readonly unknown[]) => (length === 1 ? "one face" : `${length} faces`);

function faceDrawing(
  picture: Picture,
  face: FaceDetectionResult,
  index: number,
  onSelect: (index: number) => void,
): SVGGElement {
  const { left, top, width, height } = face.faceRectangle;
  const unit = Math.max(picture.width, picture.height) / 1000;
  const number = String(index + 1);
  const tag = Math.max(16 * unit, Math.min(width * 0.2, 30 * unit));
  const tagWidth = tag * (0.1 + 0.6 * Math.max(2, number.length));
  const group = svg(
    "g",
    { class: `face colour-${index % faceColours}`, onclick: () => onSelect(index) },
    svg("rect", {
      x: left,
      y: top,
      width,
      height,
      rx: Math.min(width, height) * 0.05,
      class: "rectangle",
    }),
    svg("rect", {
      x: left,
      y: top,
      width: tagWidth,
      height: tag * 1.2,
      rx: tag * 0.3,
      class: "tag",
    }),
    svg(
      "text",
      {
        x: left + tagWidth / 2,
        y: top + tag * 0.9,
        "font-size": tag * 0.85,
        "text-anchor": "middle",
      },
      number,
    ),
    ...Object.values(face.faceLandmarks ?? {}).map(({ x, y }) =>
      svg("circle", { cx: x, cy: y, r: Math.max(unit * 1.1, Math.min(width / 60, unit * 3)) }),
    ),
  );
  const pose = face.faceAttributes?.headPose;
  if (pose !== undefined) {
    const origin = face.faceLandmarks?.noseTip ?? { x: left + width / 2, y: top + height / 2 };
    const axes = headPoseAxes(pose, width / 2);
    for (const name of ["right", "up", "forward"] as const) {
      const end = axes[name];
      group.append(
        svg("line", {
          x1: origin.x,
          y1: origin.y,
          x2: origin.x + end.x,
          y2: origin.y + end.y,
          class: `axis axis-${name}`,
        }),
      );
    }
  }
  return group;
}
