/** The four attributes that Azure retired; answered only where the operator opted in. */
import type { FaceAttributes } from "../analysis.js";
import type { HeadOutputs } from "./heads.js";
import { share } from "./rounding.js";

/** Years, one decimal, never negative. */
export function age(heads: HeadOutputs): number {
  return Math.max(0, Math.round((heads.age[0]! * 20 + 30) * 10) / 10);
}

export function smile(heads: HeadOutputs): number {
  return share(heads.smile[0]!);
}

export function facialHair(heads: HeadOutputs): NonNullable<FaceAttributes["facialHair"]> {
  return {
    moustache: share(heads.moustache[0]!),
    beard: share(heads.beard[0]!),
    sideburns: share(heads.sideburns[0]!),
  };
}

const colors = ["unknown", "white", "gray", "blond", "brown", "red", "black", "other"] as const;
/** From here on a head has no hair to be of a colour: the service names none either. */
const baldness = 0.9;

/** Hair under headwear is invisible and has no colour. */
export function hair(heads: HeadOutputs): NonNullable<FaceAttributes["hair"]> {
  const bald = share(heads.bald[0]!);
  const invisible = heads.headwear[0]! >= 0.5;
  const hairColor =
    invisible || bald >= baldness
      ? []
      : colors
          .map((color, index) => ({ color, confidence: share(heads.hairColor[index]!) }))
          .filter(({ confidence }) => confidence > 0)
          .sort((a, b) => b.confidence - a.confidence);
  return { bald, invisible, hairColor };
}
