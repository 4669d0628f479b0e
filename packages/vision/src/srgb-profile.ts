/**
 * Whether a colour profile says what is assumed without one. Cameras and programs attach sRGB's own profile to most
 * photographs, and converting by it changes no value but takes three times as long as decoding.
 */

/** Red, green and blue of sRGB in the profile's connection space (D50). */
const colorants = {
  rXYZ: [0.4361, 0.2225, 0.0139],
  gXYZ: [0.3851, 0.7169, 0.0971],
  bXYZ: [0.1431, 0.0606, 0.7141],
} as const;
const curves = ["rTRC", "gTRC", "bTRC"] as const;
/** No 8-bit value moves by more than one for these. */
const colorantTolerance = 0.002;
const curveTolerance = 0.002;

/** @param profile an ICC profile: see ICC.1:2022, "Profile format". Anything unusual is no sRGB. */
export function isSrgbProfile(profile: Uint8Array): boolean {
  try {
    const view = new DataView(profile.buffer, profile.byteOffset, profile.byteLength);
    if (text(view, 16) !== "RGB " || text(view, 20) !== "XYZ ") return false;
    const tags = new Map<string, number>();
    const count = view.getUint32(128);
    if (count > 100) return false;
    for (let tag = 0; tag < count; tag++)
      tags.set(text(view, 132 + tag * 12), view.getUint32(136 + tag * 12));
    // Tables of several dimensions take precedence over what is looked at here.
    if ([...tags.keys()].some((name) => /^[AB]2/.test(name))) return false;
    return (
      Object.entries(colorants).every(([name, wanted]) => {
        const at = tags.get(name);
        return (
          at !== undefined &&
          wanted.every(
            (value, axis) => Math.abs(fixed(view, at + 8 + axis * 4) - value) < colorantTolerance,
          )
        );
      }) &&
      curves.every((name) => {
        const at = tags.get(name);
        return at !== undefined && isSrgbCurve(view, at);
      })
    );
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

function text(view: DataView, at: number): string {
  return String.fromCharCode(...[0, 1, 2, 3].map((i) => view.getUint8(at + i)));
}

/** A number with 16 bits behind the point. */
function fixed(view: DataView, at: number): number {
  return view.getInt32(at) / 65_536;
}

function srgb(value: number): number {
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
}

function isSrgbCurve(view: DataView, at: number): boolean {
  const curve = readCurve(view, at);
  if (curve === undefined) return false;
  for (let step = 0; step <= 16; step++)
    if (Math.abs(curve(step / 16) - srgb(step / 16)) > curveTolerance) return false;
  return true;
}

/** A sampled curve, or the parametric one that sRGB is written as. */
function readCurve(view: DataView, at: number): ((value: number) => number) | undefined {
  const type = text(view, at);
  if (type === "curv") {
    const count = view.getUint32(at + 8);
    if (count < 2) return undefined;
    return (value) => sampled(view, at + 12, count, value);
  }
  if (type === "para" && view.getUint16(at + 8) === 3) {
    const [g, a, b, c, d] = [0, 1, 2, 3, 4].map((i) => fixed(view, at + 12 + i * 4)) as [
      number,
      number,
      number,
      number,
      number,
    ];
    return (value) => (value >= d ? (a * value + b) ** g : c * value);
  }
  return undefined;
}

/** Between two of a curve's samples, in proportion. @param value 0..1. */
function sampled(view: DataView, at: number, count: number, value: number): number {
  const place = value * (count - 1);
  const below = Math.min(Math.floor(place), count - 2);
  const low = view.getUint16(at + below * 2) / 65_535;
  const high = view.getUint16(at + below * 2 + 2) / 65_535;
  return low + (place - below) * (high - low);
}
