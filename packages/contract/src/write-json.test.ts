import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { landmarkNames } from "./names.js";
import {
  DetectionAnswer,
  ErrorAnswer,
  GroupingAnswer,
  VerificationAnswer,
} from "./result-schemas.js";
import { writeJson } from "./write-json.js";

const faceRectangle = { width: 97, height: 97, left: 0, top: 131 };

describe("numbers and members on the wire", () => {
  it("rectangles are whole, landmarks and angles keep their decimal, members have the service's order", () => {
    const landmarks = Object.fromEntries(
      [...landmarkNames].reverse().map((name, index) => [name, { y: index, x: 583 }]),
    );
    const text = writeJson(DetectionAnswer, [
      {
        recognitionModel: "recognition_04",
        faceAttributes: {
          qualityForRecognition: "high",
          noise: { value: 0.43, noiseLevel: "medium" },
          blur: { value: 0, blurLevel: "low" },
          headPose: { yaw: 22, roll: -0, pitch: -17.1 },
          accessories: [],
        },
        faceLandmarks: landmarks,
        faceRectangle,
        faceId: "c5c24a82-6845-4031-9d5d-978df9175426",
      },
    ]);
    expect(text).toMatch(
      /^\[\{"faceId":"c5c24a82-6845-4031-9d5d-978df9175426","faceRectangle":\{"top":131,"left":0,"width":97,"height":97\},"faceLandmarks":\{"pupilLeft":\{"x":583\.0,"y":26\.0\},/,
    );
    expect(text).toContain(
      '"faceAttributes":{"headPose":{"pitch":-17.1,"roll":0.0,"yaw":22.0},"blur":{"blurLevel":"low","value":0.0},"noise":{"noiseLevel":"medium","value":0.43},"accessories":[],"qualityForRecognition":"high"},"recognitionModel":"recognition_04"}]',
    );
    const names = [...text.matchAll(/"(\w+)":\{"x"/g)].map(([, name]) => name);
    expect(names).toEqual([...landmarkNames]);
  });

  it("confidences keep five decimals and never lose their point", () => {
    const written = (confidence: number) =>
      writeJson(VerificationAnswer, { confidence, isIdentical: true });
    expect(written(1)).toBe('{"isIdentical":true,"confidence":1.0}');
    expect(written(0.15177)).toBe('{"isIdentical":true,"confidence":0.15177}');
  });

  it("text is escaped, and what is no number is a fault and no answer", () => {
    expect(writeJson(ErrorAnswer, { error: { code: '"\n', message: "\u2028é" } })).toBe(
      '{"error":{"code":"\\"\\n","message":"\u2028é"}}',
    );
    expect(() => writeJson(VerificationAnswer, { isIdentical: true, confidence: NaN })).toThrow(
      TypeError,
    );
  });

  it("is read back as what was written, whatever the numbers", () => {
    fc.assert(
      fc.property(
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.array(fc.array(fc.uuid())),
        (confidence, groups) => {
          const text = writeJson(VerificationAnswer, { isIdentical: false, confidence });
          expect(JSON.parse(text)).toEqual({ isIdentical: false, confidence: confidence + 0 });
          expect(text).toMatch(/"confidence":-?\d+(\.\d+)?(e[+-]\d+)?\}$/);
          expect(JSON.parse(writeJson(GroupingAnswer, { groups, messyGroup: [] }))).toEqual({
            groups,
            messyGroup: [],
          });
        },
      ),
    );
  });
});
