/** Every model with every attribute in every version, against the answers of the reference. */
import { describe, expect, it } from "vitest";
import { attributeMatrix, goneAttributes } from "./attribute-matrix.js";
import { readDetectParameters } from "./detect-parameters.js";
import { ContractError, errorCatalogue, type ErrorKey } from "./errors.js";
import {
  apiVersions,
  type ApiVersion,
  detectionModels,
  liveAttributes,
  recognitionModels,
  retiredAttributes,
} from "./names.js";

function answer(query: string, version: ApiVersion, allowRetired = false): ErrorKey | "answered" {
  try {
    readDetectParameters(new URLSearchParams(query), version, { allowRetired });
    return "answered";
  } catch (error) {
    if (error instanceof ContractError) return error.key;
    throw error;
  }
}

/** After the tables of the reference, written out a second time. */
function expected(
  detection: string,
  recognition: string,
  attribute: string,
  version: string,
): ErrorKey | "answered" {
  const retired = [...retiredAttributes, ...goneAttributes].some((name) => name === attribute);
  if (detection === "detection_02") return "attributesNotWithDetection02";
  if (detection === "detection_03") {
    const withBlur = version === "v1.2";
    const has = ["headPose", "mask", "qualityForRecognition", ...(withBlur ? ["blur"] : [])];
    if (!has.includes(attribute))
      return withBlur ? "attributesOfDetection03WithBlur" : "attributesOfDetection03";
  } else {
    if (attribute === "mask") return "attributesOfDetection01";
    if (attribute === "halo") return "attributesInvalid";
    if (retired) return "attributeRetired";
  }
  if (attribute === "qualityForRecognition" && /0[12]$/.test(recognition))
    return "qualityNeedsNewerRecognition";
  return "answered";
}

const cases = apiVersions.flatMap((version) =>
  detectionModels.flatMap((detection) =>
    recognitionModels.flatMap((recognition) =>
      [...liveAttributes, ...retiredAttributes, ...goneAttributes, "halo"].map((attribute) => ({
        version,
        detection,
        recognition,
        attribute,
      })),
    ),
  ),
);

describe("the matrix of models and attributes", () => {
  it.each(
    apiVersions.flatMap((version) => detectionModels.map((detection) => ({ version, detection }))),
  )("$version $detection", ({ version, detection }) => {
    const some = cases.filter((one) => one.version === version && one.detection === detection);
    expect(some).toHaveLength(recognitionModels.length * 17);
    for (const { recognition, attribute } of some)
      for (const spelling of [attribute, attribute.toUpperCase()])
        expect(
          answer(
            `detectionModel=${detection}&recognitionModel=${recognition}&returnFaceAttributes=${spelling}`,
            version,
          ),
          `${recognition} ${spelling}`,
        ).toBe(expected(detection, recognition, attribute, version));
  });

  it.each(detectionModels)("landmarks with %s", (detection) => {
    expect(answer(`detectionModel=${detection}&returnFaceLandmarks=true`, "v1.0")).toBe(
      detection === "detection_02" ? "landmarksNotWithDetection02" : "answered",
    );
  });

  it("says in its messages the very attributes that it lets pass", () => {
    for (const row of attributeMatrix) {
      if (row.attributes.length === 0) continue;
      expect(errorCatalogue[row.known].message).toContain(`'${row.attributes.join(",")}'`);
      expect(errorCatalogue[row.known].message).toContain(`by ${row.detectionModel}.`);
    }
  });

  it("answers retired attributes where the operator allows them, and those that are gone never", () => {
    for (const name of retiredAttributes) {
      expect(answer(`returnFaceAttributes=${name}`, "v1.0", true)).toBe("answered");
      expect(answer(`detectionModel=detection_02&returnFaceAttributes=${name}`, "v1.0", true)).toBe(
        "attributesNotWithDetection02",
      );
    }
    for (const name of goneAttributes)
      expect(answer(`returnFaceAttributes=${name}`, "v1.0", true)).toBe("attributeRetired");
  });
});

describe("the order of checks", () => {
  const wrong: readonly (readonly [string, ErrorKey])[] = [
    ["detectionModel=detection_09", "detectionModelInvalid"],
    ["recognitionModel=recognition_09", "recognitionModelInvalid"],
    ["returnFaceId=perhaps", "returnFaceIdInvalid"],
    ["returnFaceLandmarks=perhaps", "returnFaceLandmarksInvalid"],
    ["returnRecognitionModel=perhaps", "returnRecognitionModelInvalid"],
    ["faceIdTimeToLive=0", "faceIdTimeToLiveInvalid"],
    ["returnFaceAttributes=mask,qualityForRecognition,age", "attributesOfDetection01"],
    ["returnFaceAttributes=qualityForRecognition,age", "qualityNeedsNewerRecognition"],
    ["returnFaceAttributes=age", "attributeRetired"],
  ];
  it.each(wrong.map(([query, key], index) => ({ query, key, index })))(
    "$key comes before all that follow it, however the query is ordered",
    ({ key, index }) => {
      // Attributes are one parameter, so of those rows only the first is sent.
      const rest = wrong.slice(index).map(([query]) => query);
      const attributes = rest
        .filter((query) => query.startsWith("returnFaceAttributes"))
        .slice(0, 1);
      const others = rest.filter((query) => !query.startsWith("returnFaceAttributes"));
      const sent = [...others, ...attributes];
      expect(answer(sent.join("&"), "v1.0")).toBe(key);
      expect(answer(sent.reverse().join("&"), "v1.0")).toBe(key);
    },
  );
});

describe("spellings of real clients", () => {
  it.each([
    "returnFaceAttributes=",
    "detectionModel=Detection_03&returnFaceAttributes=HeadPose,Mask",
    "returnFaceAttributes=HeadPose%2CBlur%2CNoise",
    "returnFaceAttributes=blur,blur,Blur",
    "returnFaceAttributes=blur&returnFaceAttributes=noise",
    "returnFaceId=True&returnFaceLandmarks=False",
    "faceIdTimeToLive=60",
    "faceIdTimeToLive=86400",
    "nobodyKnows=this",
    "returnFaceId=",
  ])("%s is understood", (query) => {
    expect(answer(query, "v1.0")).toBe("answered");
  });

  it.each(["59", "86401", "-60", "6e2", "60.0", "0x40", "99999999999999999999", " 60"])(
    "faceIdTimeToLive=%s is not",
    (seconds) => {
      expect(answer(`faceIdTimeToLive=${encodeURIComponent(seconds)}`, "v1.0")).toBe(
        "faceIdTimeToLiveInvalid",
      );
    },
  );

  it("a blank after a comma is refused, as the service does", () => {
    expect(answer("returnFaceAttributes=blur,%20noise", "v1.0")).toBe("attributesInvalid");
  });
});
