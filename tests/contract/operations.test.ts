/** The six operations with the real client against the real server, on real photographs. */
import { accessoryTypes, glassesTypes, landmarkNames, maskTypes } from "@mien/contract/names";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { photograph, startTestServer, type TestServer } from "./server.js";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

const best = { detectionModel: "detection_03", recognitionModel: "recognition_04" } as const;

describe("detect", () => {
  it("finds the people of six photographs, largest first, inside the picture", async () => {
    for (let number = 1; number <= 6; number++) {
      const faces = await server.client.detect(photograph(number), {
        ...best,
        returnFaceId: false,
      });
      expect(faces.length).toBeGreaterThanOrEqual(3);
      const areas = faces.map(({ faceRectangle: { width, height } }) => width * height);
      expect(areas).toEqual([...areas].sort((a, b) => b - a));
      for (const { faceRectangle, faceId } of faces) {
        expect(faceId).toBeUndefined();
        expect(
          Object.values(faceRectangle).every((value) => Number.isInteger(value) && value >= 0),
        ).toBe(true);
      }
    }
  });

  it("answers 27 landmarks in anatomical order", async () => {
    const faces = await server.client.detect(photograph(4), {
      ...best,
      returnFaceId: false,
      returnFaceLandmarks: true,
    });
    for (const { faceLandmarks, faceRectangle } of faces) {
      expect(Object.keys(faceLandmarks!).sort()).toEqual([...landmarkNames].sort());
      const points = faceLandmarks!;
      expect(points.pupilLeft.x).toBeLessThan(points.pupilRight.x);
      expect(points.mouthLeft.x).toBeLessThan(points.mouthRight.x);
      expect(points.pupilLeft.y).toBeLessThan(points.mouthLeft.y);
      expect(points.underLipTop.y).toBeGreaterThanOrEqual(points.upperLipBottom.y - 1);
      expect(points.noseTip.x).toBeGreaterThan(faceRectangle.left);
      expect(points.noseTip.x).toBeLessThan(faceRectangle.left + faceRectangle.width);
    }
  });

  it("answers the attributes that need no training, with the contract's levels", async () => {
    const [face] = await server.client.detect(photograph(1), {
      detectionModel: "detection_01",
      recognitionModel: "recognition_04",
      returnFaceId: false,
      returnFaceAttributes: ["headPose", "blur", "exposure", "noise", "qualityForRecognition"],
    });
    const attributes = face!.faceAttributes!;
    expect(Object.keys(attributes).sort()).toEqual([
      "blur",
      "exposure",
      "headPose",
      "noise",
      "qualityForRecognition",
    ]);
    const { value, exposureLevel } = attributes.exposure!;
    expect(exposureLevel).toBe(
      value < 0.25 ? "underExposure" : value < 0.75 ? "goodExposure" : "overExposure",
    );
    expect(Math.abs(attributes.headPose!.yaw)).toBeLessThan(90);
  });

  it("answers every live attribute of detection_03 and detection_01, in the contract's words", async () => {
    const [third] = await server.client.detect(photograph(1), {
      ...best,
      returnFaceId: false,
      returnFaceAttributes: ["mask", "headPose", "qualityForRecognition"],
    });
    expect(maskTypes).toContain(third!.faceAttributes!.mask!.type);
    expect(third!.faceAttributes!.mask!.noseAndMouthCovered).toBe(false);
    const [first] = await server.client.detect(photograph(1), {
      detectionModel: "detection_01",
      recognitionModel: "recognition_04",
      returnFaceId: false,
      returnFaceAttributes: ["glasses", "occlusion", "accessories"],
    });
    const { glasses, occlusion, accessories } = first!.faceAttributes!;
    expect(glassesTypes).toContain(glasses);
    expect(Object.keys(occlusion!).sort()).toEqual([
      "eyeOccluded",
      "foreheadOccluded",
      "mouthOccluded",
    ]);
    for (const { type, confidence } of accessories!) {
      expect(accessoryTypes).toContain(type);
      expect(confidence).toBeGreaterThanOrEqual(0.5);
      expect(confidence).toBeLessThanOrEqual(1);
    }
  });

  it("answers retired attributes where the operator allows them, and nowhere else", async () => {
    const asked = {
      detectionModel: "detection_01",
      recognitionModel: "recognition_04",
      returnFaceId: false,
      returnFaceAttributes: ["age", "smile", "facialHair", "hair"],
    } as const;
    await expect(server.client.detect(photograph(1), asked)).rejects.toMatchObject({
      statusCode: 403,
      code: "UnsupportedFeature",
    });
    const allowing = await startTestServer({ retiredAttributes: true });
    try {
      const [face] = await allowing.client.detect(photograph(1), asked);
      const { age, smile, facialHair, hair } = face!.faceAttributes!;
      expect(age).toBeGreaterThan(10);
      expect(age).toBeLessThan(90);
      for (const share of [smile, hair!.bald, ...Object.values(facialHair!)]) {
        expect(share).toBeGreaterThanOrEqual(0);
        expect(share).toBeLessThanOrEqual(1);
      }
      const confidences = hair!.hairColor.map(({ confidence }) => confidence);
      expect(confidences).toEqual([...confidences].sort((a, b) => b - a));
    } finally {
      await allowing.close();
    }
  });

  it("shows the recognition model only with a faceId", async () => {
    const [withId] = await server.client.detect(photograph(1), {
      ...best,
      returnRecognitionModel: true,
    });
    expect(withId!.recognitionModel).toBe("recognition_04");
    const [without] = await server.client.detect(photograph(1), {
      ...best,
      returnRecognitionModel: true,
      returnFaceId: false,
    });
    expect(without).not.toHaveProperty("recognitionModel");
  });
});

describe("faceIds", () => {
  it("compare, search and group; survive a restart; are walls between tenants", async () => {
    const detect = async (number: number) =>
      (await server.client.detect(photograph(number), { ...best, returnFaceId: true })).map(
        ({ faceId }) => faceId!,
      );
    const first = await detect(1);
    const again = await detect(1);
    // Faces of one photograph are of different people for certain; photographs of a stock may
    // share their models.
    const other = first.slice(1);

    expect(
      await server.client.verifyFaceToFace({ faceId1: first[0]!, faceId2: again[0]! }),
    ).toEqual({
      isIdentical: true,
      confidence: expect.closeTo(1, 2),
    });
    const strangers = await server.client.verifyFaceToFace({
      faceId1: first[0]!,
      faceId2: other[0]!,
    });
    expect(strangers.isIdentical).toBe(false);
    expect(strangers.confidence).toBeLessThan(0.5);

    const candidates = [...again, ...other];
    const people = await server.client.findSimilar({ faceId: first[0]!, faceIds: candidates });
    expect(people.map(({ faceId }) => faceId)).toEqual([again[0]]);
    const everyone = await server.client.findSimilar({
      faceId: first[0]!,
      faceIds: candidates,
      mode: "matchFace",
    });
    expect(everyone).toHaveLength(candidates.length);
    const confidences = everyone.map(({ confidence }) => confidence);
    expect(confidences).toEqual([...confidences].sort((a, b) => b - a));
    expect(
      await server.client.findSimilar({
        faceId: first[0]!,
        faceIds: candidates,
        mode: "matchFace",
        maxNumOfCandidatesReturned: 1,
      }),
    ).toHaveLength(1);

    const thrice = [...candidates, ...candidates, ...candidates];
    for (const mode of ["matchPerson", "matchFace"])
      expect(
        await server.client.findSimilar({ faceId: first[0]!, faceIds: thrice, mode }),
        "candidates that are named more than once",
      ).toEqual(mode === "matchFace" ? everyone : people);

    const grouping = await server.client.group({ faceIds: [...first, ...again] });
    expect(grouping.messyGroup).toEqual([]);
    expect(grouping.groups).toHaveLength(first.length);
    const backwards = await server.client.group({ faceIds: [...first, ...again].reverse() });
    expect(backwards).toEqual(grouping);

    await expect(
      server.stranger.verifyFaceToFace({ faceId1: first[0]!, faceId2: again[0]! }),
    ).rejects.toMatchObject({ statusCode: 404, code: "FaceNotFound" });

    await server.restart();
    const { isIdentical } = await server.client.verifyFaceToFace({
      faceId1: first[0]!,
      faceId2: again[0]!,
    });
    expect(isIdentical).toBe(true);
  });

  it("of different recognition models are not compared", async () => {
    const [one] = await server.client.detect(photograph(1), { ...best, returnFaceId: true });
    const [two] = await server.client.detect(photograph(1), {
      detectionModel: "detection_03",
      recognitionModel: "recognition_03",
      returnFaceId: true,
    });
    await expect(
      server.client.verifyFaceToFace({ faceId1: one!.faceId!, faceId2: two!.faceId! }),
    ).rejects.toMatchObject({
      statusCode: 400,
      code: "BadArgument",
      message: expect.stringContaining("'recognitionModel' is incompatible."),
    });
  });
});
