/**
 * Things drawn over faces, with exactly known truth: hands, scarves, blobs, swimming goggles and masks of four heights.
 * Each returns the picture with the thing and what it covers. Landmarks are the 68 of iBUG, picture pixels.
 */
import { readFile } from "node:fs/promises";
import sharp from "sharp";

// The pipeline, in the same process, lets only the contract's formats through.
sharp.unblock({ operation: ["VipsForeignLoadSvgBuffer"] });

/** @typedef {{ width: number, height: number, data: Uint8Array }} Picture */

const between = (random, low, high) => low + random() * (high - low);
const pick = (random, list) => list[Math.floor(random() * list.length)];
const point = (landmarks, index) => ({ x: landmarks[index * 2], y: landmarks[index * 2 + 1] });
const mean = (landmarks, indices) => {
  const points = indices.map((index) => point(landmarks, index));
  return {
    x: points.reduce((sum, { x }) => sum + x, 0) / points.length,
    y: points.reduce((sum, { y }) => sum + y, 0) / points.length,
  };
};
const rgb = (r, g, b) => `rgb(${Math.round(r)},${Math.round(g)},${Math.round(b)})`;

/** Axes of the face: `at(u, v)` is u eye distances to the image right and v down from between the eyes. */
function faceFrame(landmarks) {
  const left = mean(landmarks, [36, 37, 38, 39, 40, 41]);
  const right = mean(landmarks, [42, 43, 44, 45, 46, 47]);
  const chin = point(landmarks, 8);
  const origin = { x: (left.x + right.x) / 2, y: (left.y + right.y) / 2 };
  const length = Math.max(6, Math.hypot(right.x - left.x, right.y - left.y));
  const across = { x: (right.x - left.x) / length, y: (right.y - left.y) / length };
  const down = { x: -across.y, y: across.x };
  // A turned head brings its eyes together; its height stays.
  const height = Math.hypot(chin.x - origin.x, chin.y - origin.y);
  const unit = Math.max(length, height / 1.75);
  const locate = ({ x, y }) => ({
    u: ((x - origin.x) * across.x + (y - origin.y) * across.y) / unit,
    v: ((x - origin.x) * down.x + (y - origin.y) * down.y) / unit,
  });
  return {
    unit,
    angle: (Math.atan2(across.y, across.x) * 180) / Math.PI,
    at: (u, v) => ({
      x: origin.x + (across.x * u + down.x * v) * unit,
      y: origin.y + (across.y * u + down.y * v) * unit,
    }),
    of: (index) => locate(point(landmarks, index)),
  };
}

async function drawn({ width, height, data }, shapes, blur = 0) {
  const filter = blur > 0 ? `filter="url(#soft)"` : "";
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="${width}" height="${height}"><defs><filter id="soft"><feGaussianBlur stdDeviation="${blur}"/></filter></defs><g ${filter}>${shapes}</g></svg>`;
  const pixels = await sharp(data, { raw: { width, height, channels: 3 } })
    .composite([{ input: Buffer.from(svg) }])
    .removeAlpha()
    .raw()
    .toBuffer();
  return { width, height, data: pixels };
}

const skin = (random) => {
  const light = between(random, 0.35, 1);
  return [
    235 * light,
    190 * light * between(random, 0.9, 1.05),
    160 * light * between(random, 0.85, 1.1),
  ];
};
const dye = (random) => {
  const kind = random();
  if (kind < 0.25) return [20, 20, 25].map((c) => c + between(random, 0, 40));
  if (kind < 0.4) return [225, 225, 225].map((c) => c + between(random, -30, 25));
  return [between(random, 10, 230), between(random, 10, 230), between(random, 10, 230)];
};

/**
 * Patches of photographs, JPEG: of cloth, walls and leaves, and of cheeks. Flat colours alone teach a network to look
 * for flatness.
 * @typedef {{ things: readonly Buffer[], skins: readonly Buffer[] }} Patches
 */
/** @type {Patches} */
let patches = { things: [], skins: [] };
/** @param {Patches} from */
export function useTextures(from) {
  patches = from;
}

let painted = 0;

/** A fill, with what it needs defined: the colour itself or, `share` of the time, a patch of a photograph. */
function paint(random, color, pool, share, size) {
  if (pool.length === 0 || random() >= share) return { fill: rgb(...color), define: "" };
  const id = `paint${painted++}`;
  const href = `data:image/jpeg;base64,${pick(random, pool).toString("base64")}`;
  const side = size.toFixed(1);
  return {
    fill: `url(#${id})`,
    define: `<pattern id="${id}" patternUnits="userSpaceOnUse" width="${side}" height="${side}"><image xlink:href="${href}" width="${side}" height="${side}" preserveAspectRatio="none"/></pattern>`,
  };
}

/** A hand: palm and fingers of one skin, with darker lines between them. */
function handShapes(random, frame, u, v, size) {
  const [r, g, b] = skin(random);
  const { fill, define } = paint(random, [r, g, b], patches.skins, 0.6, 6 * size * frame.unit);
  const fingerFill = () =>
    define === "" ? rgb(r * between(random, 0.93, 1.03), g * 0.98, b * 0.97) : fill;
  const turn = between(random, -80, 80) + frame.angle;
  const center = frame.at(u, v);
  const s = size * frame.unit;
  let shapes = define;
  const shade = define === "" ? rgb(r * 0.72, g * 0.68, b * 0.66) : "rgb(60,35,25)";
  const lines = define === "" ? 1 : between(random, 0.25, 0.7);
  for (let finger = 0; finger < 4; finger++) {
    const x = (finger - 1.5) * 0.34 * s;
    const length = s * pick(random, [0.95, 1.1, 1.2]);
    shapes += `<rect x="${x - 0.16 * s}" y="${-length - 0.2 * s}" width="${0.32 * s}" height="${length + 0.4 * s}" rx="${0.16 * s}" fill="${fingerFill()}" stroke="${shade}" stroke-opacity="${lines}" stroke-width="${0.03 * s}"/>`;
  }
  shapes += `<rect x="${-0.7 * s}" y="${-0.15 * s}" width="${1.4 * s}" height="${1.3 * s}" rx="${0.35 * s}" fill="${fill}"/>`;
  shapes += `<rect x="${0.45 * s}" y="${-0.1 * s}" width="${0.36 * s}" height="${0.9 * s}" rx="${0.18 * s}" transform="rotate(-35 ${0.6 * s} 0)" fill="${fill}" stroke="${shade}" stroke-opacity="${lines}" stroke-width="${0.03 * s}"/>`;
  return `<g transform="translate(${center.x} ${center.y}) rotate(${turn})">${shapes}</g>`;
}

function polygon(points, fill, extra = "") {
  return `<polygon points="${points.map(({ x, y }) => `${x.toFixed(1)},${y.toFixed(1)}`).join(" ")}" fill="${fill}" ${extra}/>`;
}

/** Cloth from a line across the face downwards (or upwards), with folds. */
function clothShapes(random, frame, top, bottom, half) {
  const [r, g, b] = dye(random);
  const wave = Array.from({ length: 9 }, () => between(random, -0.07, 0.07));
  const upper = wave.map((offset, k) => frame.at(-half + (2 * half * k) / 8, top + offset));
  const lower = wave.map((offset, k) => frame.at(half - (2 * half * k) / 8, bottom - offset));
  const { fill, define } = paint(
    random,
    [r, g, b],
    patches.things,
    0.5,
    between(random, 1, 5) * frame.unit,
  );
  let shapes = define + polygon([...upper, ...lower], fill);
  const folds = 2 + Math.floor(random() * 6);
  for (let fold = 0; fold < folds; fold++) {
    const v = between(random, top, bottom);
    const a = frame.at(-half, v + between(random, -0.2, 0.2));
    const c = frame.at(half, v + between(random, -0.2, 0.2));
    const shade = between(random, 0.6, 1.3);
    shapes += `<line x1="${a.x}" y1="${a.y}" x2="${c.x}" y2="${c.y}" stroke="${rgb(Math.min(255, r * shade), Math.min(255, g * shade), Math.min(255, b * shade))}" stroke-width="${frame.unit * between(random, 0.02, 0.12)}" stroke-opacity="${between(random, 0.3, 1)}"/>`;
  }
  return shapes;
}

function blobShapes(random, frame, u, v, size) {
  const [r, g, b] = dye(random);
  const count = 7 + Math.floor(random() * 5);
  const points = Array.from({ length: count }, (_, k) => {
    const angle = (2 * Math.PI * k) / count;
    const radius = size * between(random, 0.75, 1.2);
    return frame.at(u + radius * 1.15 * Math.cos(angle), v + radius * 0.8 * Math.sin(angle));
  });
  const { fill, define } = paint(
    random,
    [r, g, b],
    patches.things,
    0.5,
    between(random, 1, 4) * frame.unit,
  );
  return (
    define + polygon(points, fill, `stroke="${rgb(r * 0.7, g * 0.7, b * 0.7)}" stroke-width="2"`)
  );
}

const blurOf = (random) => (random() < 0.5 ? between(random, 0.3, 1) : 0);

/** A hand, a scarf or something else over nose and mouth: not a mask. */
export async function coverMouth(picture, landmarks, random) {
  const frame = faceFrame(landmarks);
  const mouth = frame.of(62);
  const kind = random();
  const shapes =
    kind < 0.5
      ? handShapes(
          random,
          frame,
          mouth.u + between(random, -0.15, 0.15),
          mouth.v + between(random, -0.1, 0.2),
          between(random, 0.75, 1),
        )
      : kind < 0.85
        ? clothShapes(
            random,
            frame,
            between(random, 0.3, 0.75),
            between(random, 2.1, 3.2),
            between(random, 1.1, 1.9),
          )
        : blobShapes(random, frame, mouth.u, mouth.v - 0.1, between(random, 0.6, 0.9));
  return {
    picture: await drawn(picture, shapes, blurOf(random)),
    truth: { mouthOccluded: true, mask: "otherMaskOrOcclusion" },
  };
}

/** A hand, a bandage or something else over one or both eyes. */
export async function coverEyes(picture, landmarks, random) {
  const frame = faceFrame(landmarks);
  const side = pick(random, [-1, 1]);
  const kind = random();
  let shapes;
  if (kind < 0.4)
    shapes = handShapes(
      random,
      frame,
      side * 0.5 + between(random, -0.1, 0.1),
      between(random, 0.2, 0.5),
      between(random, 0.6, 0.85),
    );
  else if (kind < 0.7)
    shapes = clothShapes(
      random,
      frame,
      between(random, -0.45, -0.25),
      between(random, 0.22, 0.4),
      between(random, 0.9, 1.4),
    );
  else
    shapes = blobShapes(
      random,
      frame,
      random() < 0.4 ? 0 : side * 0.5,
      0,
      random() < 0.4 ? 0.9 : between(random, 0.42, 0.6),
    );
  return { picture: await drawn(picture, shapes, blurOf(random)), truth: { eyeOccluded: true } };
}

/** A hand, a band or something else over the forehead. */
export async function coverForehead(picture, landmarks, random) {
  const frame = faceFrame(landmarks);
  const kind = random();
  const shapes =
    kind < 0.35
      ? handShapes(
          random,
          frame,
          between(random, -0.3, 0.3),
          between(random, -0.85, -0.65),
          between(random, 0.7, 0.9),
        )
      : kind < 0.75
        ? clothShapes(
            random,
            frame,
            between(random, -1.7, -1.2),
            between(random, -0.55, -0.4),
            between(random, 1.0, 1.4),
          )
        : blobShapes(random, frame, between(random, -0.2, 0.2), -0.9, between(random, 0.6, 0.9));
  return {
    picture: await drawn(picture, shapes, blurOf(random)),
    truth: { foreheadOccluded: true },
  };
}

/** A strapped pair of lenses at the eyes. */
export async function wearGoggles(picture, landmarks, random) {
  const frame = faceFrame(landmarks);
  const [r, g, b] = dye(random);
  const [fr, fg, fb] = dye(random);
  const clear = between(random, 0.45, 1);
  const width = between(random, 0.62, 0.8);
  const height = between(random, 0.42, 0.6);
  const strap = between(random, 0.1, 0.22);
  let shapes = "";
  for (const side of [-1, 1]) {
    const a = frame.at(side * 0.85, 0);
    const c = frame.at(side * 1.6, between(random, -0.25, 0.05));
    shapes += `<line x1="${a.x}" y1="${a.y}" x2="${c.x}" y2="${c.y}" stroke="${rgb(fr, fg, fb)}" stroke-width="${frame.unit * strap}"/>`;
  }
  const bridge = [frame.at(-0.2, -0.03), frame.at(0.2, -0.03)];
  shapes += `<line x1="${bridge[0].x}" y1="${bridge[0].y}" x2="${bridge[1].x}" y2="${bridge[1].y}" stroke="${rgb(fr, fg, fb)}" stroke-width="${frame.unit * 0.08}"/>`;
  for (const eye of [
    [36, 37, 38, 39, 40, 41],
    [42, 43, 44, 45, 46, 47],
  ]) {
    const { x, y } = mean(landmarks, eye);
    const w = width * frame.unit;
    const h = height * frame.unit;
    shapes += `<g transform="translate(${x} ${y}) rotate(${frame.angle})"><rect x="${-w / 2}" y="${-h / 2}" width="${w}" height="${h}" rx="${h * between(random, 0.3, 0.5)}" fill="${rgb(r, g, b)}" fill-opacity="${clear}" stroke="${rgb(fr, fg, fb)}" stroke-width="${frame.unit * between(random, 0.06, 0.14)}"/><ellipse cx="${-w * 0.2}" cy="${-h * 0.18}" rx="${w * 0.14}" ry="${h * 0.1}" fill="white" fill-opacity="${between(random, 0.1, 0.7)}"/></g>`;
  }
  return {
    picture: await drawn(picture, shapes, blurOf(random)),
    truth: { glasses: "swimmingGoggles" },
  };
}

/** Dark lenses in a thin frame, its temples running to the ears. */
export async function wearSunglasses(picture, landmarks, random) {
  const frame = faceFrame(landmarks);
  const dark = random();
  const tint = between(random, 0, 60);
  const lens =
    dark < 0.6
      ? rgb(tint, tint, tint)
      : dark < 0.85
        ? rgb(60 + tint, 40 + tint * 0.7, 20 + tint * 0.4)
        : rgb(...dye(random));
  const rim = random() < 0.6 ? rgb(tint, tint, tint) : rgb(...dye(random));
  const clear = between(random, 0.72, 1);
  const width = between(random, 0.62, 0.88) * frame.unit;
  const height = width * between(random, 0.62, 0.9);
  const line = between(random, 0.025, 0.09) * frame.unit;
  const drop = between(random, 0, 0.12) * frame.unit;
  const round = between(random, 0.2, 0.5);
  const stroke = (a, c) =>
    `<line x1="${a.x}" y1="${a.y}" x2="${c.x}" y2="${c.y}" stroke="${rim}" stroke-width="${line}"/>`;
  let shapes = stroke(frame.at(-0.2, -0.04), frame.at(0.2, -0.04));
  for (const side of [-1, 1])
    shapes += stroke(
      frame.at(side * 0.8, -0.1),
      frame.at(side * between(random, 1.05, 1.3), -0.08),
    );
  for (const eye of [
    [36, 37, 38, 39, 40, 41],
    [42, 43, 44, 45, 46, 47],
  ]) {
    const { x, y } = mean(landmarks, eye);
    shapes += `<g transform="translate(${x} ${y + drop}) rotate(${frame.angle})"><rect x="${-width / 2}" y="${-height / 2}" width="${width}" height="${height}" rx="${width * round}" ry="${height * round}" fill="${lens}" fill-opacity="${clear}" stroke="${rim}" stroke-width="${line}"/><ellipse cx="${-width * 0.15}" cy="${-height * 0.2}" rx="${width * 0.22}" ry="${height * 0.1}" fill="white" fill-opacity="${random() < 0.5 ? between(random, 0, 0.35) : 0}"/></g>`;
  }
  return {
    picture: await drawn(picture, shapes, blurOf(random)),
    truth: { glasses: "sunglasses" },
  };
}

/** Edges of masks in heights of the frame: over the nose, below it, at the chin, and not over the chin. */
const maskHeights = {
  full: { truth: { mask: "faceMask", noseAndMouthCovered: true, mouthOccluded: true } },
  mouthAndChin: { truth: { mask: "faceMask", noseAndMouthCovered: false, mouthOccluded: true } },
  chin: { truth: { mask: "faceMask", noseAndMouthCovered: false, mouthOccluded: false } },
  noseAndMouth: { truth: { mask: "faceMask", noseAndMouthCovered: true, mouthOccluded: true } },
};
export const heightNames = Object.keys(maskHeights);

/** One of the transparent mask pictures, stretched over the part of the face that the height says. */
export async function wearMask(picture, landmarks, random, templates, height) {
  const frame = faceFrame(landmarks);
  const noseTop = frame.of(28).v * 0.5 + frame.of(29).v * 0.5;
  const noseBase = frame.of(33).v;
  const lip = frame.of(57).v;
  const chin = frame.of(8).v;
  const spans = {
    full: [noseTop + between(random, -0.08, 0.12), chin + between(random, 0, 0.2)],
    mouthAndChin: [noseBase + between(random, 0.04, 0.16), chin + between(random, 0, 0.25)],
    chin: [lip + between(random, 0.06, 0.16), chin + between(random, 0.25, 0.6)],
    noseAndMouth: [noseTop + between(random, -0.05, 0.15), lip + between(random, 0.04, 0.14)],
  };
  const [top, bottom] = spans[height];
  const left = Math.min(frame.of(3).u, frame.of(4).u) - between(random, 0, 0.1);
  const right = Math.max(frame.of(13).u, frame.of(12).u) + between(random, 0, 0.1);
  const { truth } = maskHeights[height];
  const corner = frame.at(left, top);
  const w = (right - left) * frame.unit;
  const h = (bottom - top) * frame.unit;
  if (random() < 0.3) {
    const [r, g, b] = dye(random);
    const points = [
      [left, top + (bottom - top) * 0.15],
      [(left + right) / 2, top],
      [right, top + (bottom - top) * 0.15],
      [right * 0.9, bottom - (bottom - top) * 0.25],
      [(left + right) / 2, bottom],
      [left * 0.9, bottom - (bottom - top) * 0.25],
    ].map(([u, v]) => frame.at(u, v));
    const { fill, define } = paint(random, [r, g, b], patches.things, 0.3, frame.unit * 3);
    return {
      picture: await drawn(
        picture,
        define +
          polygon(points, fill, `stroke="${rgb(r * 0.8, g * 0.8, b * 0.8)}" stroke-width="2"`),
        blurOf(random),
      ),
      truth,
    };
  }
  const template = pick(random, templates);
  const href = `data:image/png;base64,${template.toString("base64")}`;
  const image = `<image transform="translate(${corner.x} ${corner.y}) rotate(${frame.angle})" width="${w}" height="${h}" preserveAspectRatio="none" href="${href}"/>`;
  return { picture: await drawn(picture, image), truth };
}

export async function loadTemplates(files) {
  return Promise.all(
    files.map(async (file) =>
      sharp(await readFile(file))
        .trim({ background: "#00000000", threshold: 1 })
        .resize({ width: 160 })
        .png()
        .toBuffer(),
    ),
  );
}
