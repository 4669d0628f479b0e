import { headPoseAxes } from "@mien/contract/head-pose-axes";
import type { FaceDetectionResult } from "@mien/client";

/** Says in a drawing's EXIF data whose work it is: anything else of its name is somebody's own. */
const software = "mien detect --draw";

/**
 * Draws what was found onto a picture: the rectangle of each face with its number, its landmarks and the axes of its
 * head pose, as far as they were asked for.
 * @param picture a JPEG, PNG, GIF or any other file that sharp reads; its EXIF orientation is applied.
 * @returns a JPEG.
 * @throws Error when the picture cannot be read.
 */
export async function drawFaces(
  picture: Uint8Array,
  faces: readonly FaceDetectionResult[],
): Promise<Buffer> {
  // Loaded only now: doctor must be able to say that it does not load.
  const { default: sharp } = await import("sharp");
  const upright = await sharp(picture, { failOn: "none" })
    .autoOrient()
    .flatten({ background: "white" })
    .toColourspace("srgb")
    .raw()
    .toBuffer({ resolveWithObject: true });
  const { width, height, channels } = upright.info;
  return sharp(upright.data, { raw: { width, height, channels } })
    .composite([{ input: Buffer.from(overlay(faces, width, height)), top: 0, left: 0 }])
    .jpeg({ quality: 90 })
    .withExif({ IFD0: { Software: software } })
    .toBuffer();
}

/** Whether a file is what {@link drawFaces} made. */
export async function isDrawing(file: string): Promise<boolean> {
  const { default: sharp } = await import("sharp");
  try {
    const { exif } = await sharp(file).metadata();
    return exif?.includes(software) === true;
  } catch {
    return false;
  }
}

const colours = ["#22d3ee", "#f472b6", "#a3e635", "#fbbf24", "#a78bfa", "#fb7185"];

/** The drawing alone, as SVG of the picture's size. */
function overlay(faces: readonly FaceDetectionResult[], width: number, height: number): string {
  // Lines keep the same weight to the eye whatever the picture's size.
  const stroke = Math.max(1.5, Math.max(width, height) / 640);
  const drawn = faces.map((face, index) =>
    faceDrawing(face, index + 1, colours[index % colours.length]!, stroke),
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${drawn.join("")}</svg>`;
}

function faceDrawing(
  face: FaceDetectionResult,
  number: number,
  colour: string,
  stroke: number,
): string {
  const { left, top, width, height } = face.faceRectangle;
  const corner = Math.min(width, height) * 0.06;
  const size = Math.max(12, Math.min(width * 0.22, stroke * 14));
  const parts = [
    `<rect x="${left}" y="${top}" width="${width}" height="${height}" rx="${corner}" fill="none" stroke="${colour}" stroke-width="${stroke}"/>`,
    `<text x="${left + corner}" y="${Math.max(size, top - stroke * 2)}" font-family="sans-serif" font-weight="700" font-size="${size}" fill="${colour}" stroke="black" stroke-width="${stroke / 2}" paint-order="stroke">${number}</text>`,
  ];
  const dot = Math.max(1, Math.min(stroke * 1.2, width / 80));
  for (const { x, y } of Object.values(face.faceLandmarks ?? {})) {
    parts.push(`<circle cx="${x}" cy="${y}" r="${dot}" fill="${colour}"/>`);
  }
  const pose = face.faceAttributes?.headPose;
  if (pose !== undefined) {
    const origin = face.faceLandmarks?.noseTip ?? { x: left + width / 2, y: top + height / 2 };
    const axes = headPoseAxes(pose, width / 2);
    for (const [end, axisColour] of [
      [axes.right, "#ef4444"],
      [axes.up, "#22c55e"],
      [axes.forward, "#3b82f6"],
    ] as const) {
      parts.push(
        `<line x1="${origin.x}" y1="${origin.y}" x2="${origin.x + end.x}" y2="${origin.y + end.y}" stroke="${axisColour}" stroke-width="${stroke * 1.2}" stroke-linecap="round"/>`,
      );
    }
  }
  return `<g>${parts.join("")}</g>`;
}
