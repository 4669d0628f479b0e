/** JSON bodies of the operations, spoilt as values and as text. */
import { type Input, type InputKind, someFaceId } from "../input.js";
import { mutateBytes, mutateJson } from "../mutations.js";
import type { Random } from "../random.js";

const operations: readonly { readonly path: string; body(random: Random): unknown }[] = [
  {
    path: "verify",
    body: (random) => ({ faceId1: someFaceId(random), faceId2: someFaceId(random) }),
  },
  {
    path: "findsimilars",
    body: (random) => ({
      faceId: someFaceId(random),
      faceIds: [someFaceId(random), someFaceId(random)],
      maxNumOfCandidatesReturned: 20,
      mode: "matchPerson",
    }),
  },
  { path: "group", body: (random) => ({ faceIds: [someFaceId(random), someFaceId(random)] }) },
  { path: "detect", body: () => ({ url: "http://127.0.0.1/a.jpg" }) },
];

export const jsonInputs: InputKind = {
  name: "json",
  share: 280,
  make(random): Input {
    const operation = random.pick(operations);
    let value = operation.body(random);
    for (let count = random.below(4); count > 0; count--) value = mutateJson(random, value);
    // A name that leads out of this machine would be looked up: that is the business of the inputs of URLs.
    if (
      operation.path === "detect" &&
      typeof value === "object" &&
      value !== null &&
      "url" in value
    )
      value = { ...value, url: "http://127.0.0.1/a.jpg" };
    const text = Buffer.from(JSON.stringify(value));
    return {
      form: "call",
      path: `/face/v1.1-preview.1/${operation.path}`,
      contentType: "application/json",
      body: operation.path !== "detect" && random.chance(0.4) ? mutateBytes(random, text) : text,
    };
  },
};
