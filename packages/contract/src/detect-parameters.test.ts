/** Properties of the reader of detect's query. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { attributeMatrix } from "./attribute-matrix.js";
import { detectQuery, readDetectParameters } from "./detect-parameters.js";
import { ContractError, type ErrorKey } from "./errors.js";
import {
  apiVersions,
  detectionModels,
  faceAttributeTypes,
  type FaceAttributeType,
  recognitionModels,
} from "./names.js";
import { operationTable } from "./operations.js";

const runs = { numRuns: 1000 };
const options = { allowRetired: false };

/** A word in any case. */
const cased = (word: string): fc.Arbitrary<string> =>
  fc.constantFrom(
    word,
    word.toLowerCase(),
    word.toUpperCase(),
    word.charAt(0).toUpperCase() + word.slice(1),
  );
const casedOf = (words: readonly string[]): fc.Arbitrary<string> =>
  fc.constantFrom(...words).chain(cased);

const version = fc.constantFrom(...apiVersions);
/** A combination of models and attributes that the matrix allows. */
const combination = fc
  .record({ version, row: fc.constantFrom(...attributeMatrix), seed: fc.nat() })
  .map(({ version: asked, row: { detectionModel }, seed }) => {
    const row = attributeMatrix.find(
      (candidate) =>
        candidate.detectionModel === detectionModel && candidate.versions.includes(asked),
    )!;
    const attributes = faceAttributeTypes.filter(
      (name, at) => row.attributes.includes(name.toLowerCase()) && (seed >> at) % 2 === 1,
    );
    return { version: asked, detectionModel, attributes };
  });

const errorOf = (read: () => unknown): ErrorKey | "none" => {
  try {
    read();
    return "none";
  } catch (error) {
    if (error instanceof ContractError) return error.key;
    throw error;
  }
};

const knownNames = new Set(Object.keys(detectQuery).map((name) => name.toLowerCase()));

describe("a right query", () => {
  it("is read as it was meant, in any order, case and spelling, with what nobody knows ignored", () => {
    const query = fc.record({
      combination,
      recognitionModel: fc.constantFrom("recognition_03" as const, "recognition_04" as const),
      flags: fc.tuple(fc.boolean(), fc.boolean(), fc.boolean()),
      seconds: fc.integer({ min: 60, max: 86_400 }),
      cases: fc.infiniteStream(fc.nat(2)),
      order: fc.infiniteStream(fc.nat()),
      repeated: fc.boolean(),
      strangers: fc.dictionary(
        fc.string().filter((name) => !knownNames.has(name.toLowerCase())),
        fc.string(),
        { maxKeys: 3 },
      ),
    });
    fc.assert(
      fc.property(query, (given) => {
        const { attributes, detectionModel } = given.combination;
        const [returnFaceId, landmarks, returnRecognitionModel] = given.flags;
        const returnFaceLandmarks = landmarks && detectionModel !== "detection_02";
        const spell = (word: string): string => {
          const way = given.cases.next().value;
          return way === 0 ? word : way === 1 ? word.toUpperCase() : word.toLowerCase();
        };
        const list = given.repeated ? [...attributes, ...attributes] : attributes;
        const pairs: [string, string][] = [
          ["detectionModel", spell(detectionModel)],
          ["recognitionModel", spell(given.recognitionModel)],
          ["returnFaceId", spell(String(returnFaceId))],
          ["returnFaceAttributes", list.map(spell).join(",")],
          ["returnFaceLandmarks", spell(String(returnFaceLandmarks))],
          ["returnRecognitionModel", spell(String(returnRecognitionModel))],
          ["faceIdTimeToLive", String(given.seconds)],
          ...Object.entries(given.strangers),
        ];
        const ordered = pairs
          .map((pair) => ({ pair, at: given.order.next().value }))
          .sort((a, b) => a.at - b.at)
          .map(({ pair: [name, value] }): [string, string] => [spell(name), value]);
        // Through the text of a query and back, as it travels.
        const text = new URLSearchParams(ordered).toString();
        expect(
          readDetectParameters(new URLSearchParams(text), given.combination.version, options),
        ).toEqual({
          detectionModel,
          recognitionModel: given.recognitionModel,
          returnFaceId,
          returnFaceAttributes: attributes,
          returnFaceLandmarks,
          returnRecognitionModel,
          faceIdTimeToLive: given.seconds,
        });
      }),
      runs,
    );
  });

  it("that leaves out or empties parameters has their defaults", () => {
    const names = Object.keys(detectQuery);
    fc.assert(
      fc.property(fc.subarray(names), version, (empty, asked) => {
        const query = new URLSearchParams(empty.map((name) => [name, ""]));
        expect(readDetectParameters(query, asked, options)).toEqual({
          detectionModel: "detection_01",
          recognitionModel: "recognition_01",
          returnFaceId: true,
          returnFaceAttributes: [],
          returnFaceLandmarks: false,
          returnRecognitionModel: false,
          faceIdTimeToLive: 86_400,
        });
      }),
      runs,
    );
  });
});

describe("a query with one fault", () => {
  const not = (words: readonly string[]): fc.Arbitrary<string> =>
    fc
      .oneof(
        fc.string({ minLength: 1 }),
        casedOf(words).map((word) => `${word}x`),
      )
      .filter((text) => text !== "" && !words.includes(text.toLowerCase()));
  const cases: [string, fc.Arbitrary<string>, ErrorKey][] = [
    ["detectionModel", not(detectionModels), "detectionModelInvalid"],
    ["recognitionModel", not(recognitionModels), "recognitionModelInvalid"],
    ["returnFaceId", not(["true", "false"]), "returnFaceIdInvalid"],
    ["returnFaceLandmarks", not(["true", "false"]), "returnFaceLandmarksInvalid"],
    ["returnRecognitionModel", not(["true", "false"]), "returnRecognitionModelInvalid"],
    [
      "faceIdTimeToLive",
      fc
        .oneof(
          fc.integer().filter((n) => n < 60 || n > 86_400),
          fc.double({ noInteger: true }),
          fc.string({ minLength: 1 }).filter((text) => !/^\d+$/.test(text)),
        )
        .map(String),
      "faceIdTimeToLiveInvalid",
    ],
  ];
  it.each(cases)("in %s has the error of that parameter", (name, bad, error) => {
    fc.assert(
      fc.property(bad, version, combination, (value, asked, { attributes, detectionModel }) => {
        const query = new URLSearchParams({
          detectionModel,
          returnFaceAttributes: attributes.join(","),
          recognitionModel: "recognition_04",
          [name]: value,
        });
        expect(errorOf(() => readDetectParameters(query, asked, options))).toBe(error);
      }),
      runs,
    );
  });

  it.each<[string, ErrorKey | "none"]>([
    ["returnFaceId=false&returnFaceId=true", "returnFaceIdInvalid"],
    ["returnFaceId=false&RETURNFACEID=maybe", "returnFaceIdInvalid"],
    ["faceIdTimeToLive=60&faceIdTimeToLive=61", "faceIdTimeToLiveInvalid"],
    ["detectionModel=detection_03&detectionModel=x", "detectionModelInvalid"],
    ["recognitionModel=recognition_01&recognitionModel=recognition_04", "recognitionModelInvalid"],
    ["returnFaceId=false&returnFaceId=&returnFaceId=False", "none"],
    ["returnFaceAttributes=headPose&returnFaceAttributes=blur", "none"],
  ])("in what is repeated, %s: %s", (text, error) => {
    const query = new URLSearchParams(text);
    expect(errorOf(() => readDetectParameters(query, "v1.1-preview.1", options))).toBe(error);
  });

  it("in an attribute has the error of the model's row", () => {
    const word = fc.oneof(
      fc.constantFrom(...faceAttributeTypes, "gender", "emotion", "makeup"),
      fc.stringMatching(/^[a-z]{1,12}$/),
    );
    fc.assert(
      fc.property(word, fc.constantFrom(...attributeMatrix), (asked, row) => {
        fc.pre(!row.attributes.includes(asked.toLowerCase()));
        const query = new URLSearchParams({
          detectionModel: row.detectionModel,
          recognitionModel: "recognition_04",
          returnFaceAttributes: asked,
        });
        const error = errorOf(() => readDetectParameters(query, row.versions[0]!, options));
        expect(["attributeRetired", row.known, row.unknown]).toContain(error);
        const live: readonly string[] = attributeMatrix.flatMap(({ attributes }) => attributes);
        if (live.includes(asked.toLowerCase())) expect(error).toBe(row.known);
      }),
      runs,
    );
  });
});

describe("whatever the query is", () => {
  const known: readonly string[] = operationTable.detect.errors;
  const value = fc.oneof(
    fc.string({ unit: "binary" }),
    casedOf([...detectionModels, ...recognitionModels, ...faceAttributeTypes, "true", "false"]),
    fc.array(casedOf(faceAttributeTypes), { maxLength: 5 }).map((words) => words.join(",")),
    fc.integer().map(String),
  );
  const query = fc.oneof(
    fc.string({ unit: "binary" }),
    fc
      .array(fc.tuple(fc.constantFrom(...Object.keys(detectQuery)), value), { maxLength: 12 })
      .map((pairs) => pairs.map(([name, text]) => `${name}=${encodeURIComponent(text)}`).join("&")),
  );

  it("it is read as what the matrix allows, or has an error that the operation's row names", () => {
    fc.assert(
      fc.property(query, version, fc.boolean(), (text, asked, allowRetired) => {
        let read;
        try {
          read = readDetectParameters(new URLSearchParams(text), asked, { allowRetired });
        } catch (error) {
          if (!(error instanceof ContractError)) throw error;
          expect(known).toContain(error.key);
          return;
        }
        const row = attributeMatrix.find(
          ({ detectionModel, versions }) =>
            detectionModel === read.detectionModel && versions.includes(asked),
        )!;
        const retired: readonly FaceAttributeType[] = ["age", "smile", "facialHair", "hair"];
        for (const name of read.returnFaceAttributes)
          expect(
            row.attributes.includes(name.toLowerCase()) || (allowRetired && retired.includes(name)),
          ).toBe(true);
        if (read.detectionModel === "detection_02") expect(read.returnFaceLandmarks).toBe(false);
        expect(read.faceIdTimeToLive).toBeGreaterThanOrEqual(60);
        expect(read.faceIdTimeToLive).toBeLessThanOrEqual(86_400);
      }),
      { numRuns: 3000 },
    );
  });
});
