/** Queries and versions of detect; the body is too short to be a picture. */
import type { Input, InputKind } from "../input.js";
import { mutateText, oddString } from "../mutations.js";
import type { Random } from "../random.js";

const good = [
  ["detectionModel", "detection_03"],
  ["recognitionModel", "recognition_04"],
  ["returnFaceId", "true"],
  ["returnFaceAttributes", "headPose,mask,qualityForRecognition,blur,age"],
  ["returnFaceLandmarks", "true"],
  ["returnRecognitionModel", "false"],
  ["faceIdTimeToLive", "86400"],
  ["subscription-key", "fuzz-key"],
] as const;

function pair(random: Random): string {
  const [name, value] = random.pick(good);
  const spoilt = random.chance(0.5) ? oddString(random) : mutateText(random, value);
  const written = random.chance(0.6) ? value : spoilt;
  return `${random.chance(0.1) ? oddString(random) : name}=${random.chance(0.8) ? encodeURIComponent(plain(written)) : plain(written)}`;
}

/** What an HTTP client lets through to the wire. */
function plain(text: string): string {
  return text.replace(/[^\x21-\x7e]/g, "%");
}

export const queryInputs: InputKind = {
  name: "query",
  share: 200,
  make(random): Input {
    const pairs = Array.from({ length: random.below(9) }, () => pair(random));
    const version = random.chance(0.8)
      ? random.pick(["v1.0", "v1.1-preview.1", "v1.2"])
      : plain(
          random.chance(0.5) ? oddString(random) : mutateText(random, "v1.2-preview.1"),
        ).replace(/[?#/\\]/g, "");
    return {
      form: "call",
      path: `/face/${version}/detect?${plain(pairs.join("&"))}`,
      contentType: random.chance(0.9)
        ? "application/octet-stream"
        : plain(oddString(random)).slice(0, 100),
      body: Buffer.from("x"),
    };
  },
};
