/** The four attributes that Azure retired; answered only where the operator opted in. */
import type { FaceAttributes } from "../analysis.js";
import type { FaceEvidence } from "./evidence.js";
import type { RetiredOutputs } from "./retired-heads.js";
import { share } from "./rounding.js";
import { isWorn } from "./worn.js";

/**
 * How much the heads on the frozen recognition network count against the attribute network, which saw more pictures but
 * only ranks hair colours as well. Of the portraits that neither has seen, shares of 0.7 to 0.9 rank alike.
 */
const frozenShare = { hairColor: 0.5, other: 0.8 };

type RetiredFace = Pick<FaceEvidence, "heads" | "retired">;

function mixed({ heads, retired }: RetiredFace, name: keyof RetiredOutputs, index = 0): number {
  const frozen = name === "hairColor" ? frozenShare.hairColor : frozenShare.other;
  return frozen * retired[name][index]! + (1 - frozen) * heads[name][index]!;
}

/** Years, one decimal, never negative. */
export function age(face: RetiredFace): number {
  return Math.max(0, Math.round((mixed(face, "age") * 20 + 30) * 10) / 10);
}

/** Intensity, 0..1, two decimals. */
export function smile(face: RetiredFace): number {
  return share(mixed(face, "smile"));
}

/** Confidences, 0..1, two decimals; they do not add up to 1. */
export function facialHair(face: RetiredFace): NonNullable<FaceAttributes["facialHair"]> {
  return {
    moustache: share(mixed(face, "moustache")),
    beard: share(mixed(face, "beard")),
    sideburns: share(mixed(face, "sideburns")),
  };
}

const colors = ["unknown", "white", "gray", "blond", "brown", "red", "black", "other"] as const;
/** From here on a head has no hair to be of a colour: the service names none either. */
const baldness = 0.9;

/** Hair under headwear is invisible and has no colour. */
export function hair(face: RetiredFace): NonNullable<FaceAttributes["hair"]> {
  const bald = share(mixed(face, "bald"));
  const invisible = isWorn(face.heads.headwear[0]!);
  const hairColor =
    invisible || bald >= baldness
      ? []
      : colors
          .map((color, index) => ({ color, confidence: share(mixed(face, "hairColor", index)) }))
          .filter(({ confidence }) => confidence > 0)
          .sort((a, b) => b.confidence - a.confidence);
  return { bald, invisible, hairColor };
}
