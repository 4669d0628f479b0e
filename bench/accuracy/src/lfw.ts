/** LFW verification through the real server and the real client: detection, alignment, embedding and calibration. */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AzureKeyCredential, FaceClient, type FaceDetectionResult } from "@mien/client";
import { readSettings } from "@mien/server/settings";
import { startServer } from "@mien/server/start-server";
import { lfwCenter, lfwPath, picturesOf, readPairs } from "./lfw-data.js";
import { progress } from "./progress.js";
import { boxOf, middlemost } from "./subject.js";

export interface LfwReport {
  readonly recognitionModel: string;
  readonly pictures: number;
  readonly pairs: number;
  /** Share of pairs that verify decides rightly, percent; pairs without a face count as decided "different". */
  readonly accuracy: number;
  readonly falseAccepts: number;
  readonly falseRejects: number;
  readonly picturesWithoutFace: number;
  /** Pictures whose face nearest the centre does not cover the centre: probably not the subject. */
  readonly picturesWithWrongFace: number;
}

const key = "bench-key";

function subject(faces: readonly FaceDetectionResult[]): FaceDetectionResult | undefined {
  const boxes = faces.map((face) => ({ ...boxOf(face.faceRectangle), face }));
  return middlemost(boxes, { width: 2 * lfwCenter, height: 2 * lfwCenter })?.face;
}

function coversCenter({
  faceRectangle: { left, top, width, height },
}: FaceDetectionResult): boolean {
  return (
    left <= lfwCenter && left + width >= lfwCenter && top <= lfwCenter && top + height >= lfwCenter
  );
}

/** Runs work on several items at once, in order of the list. */
async function each<Item>(
  items: readonly Item[],
  label: string,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  let next = 0;
  const report = progress(label, items.length);
  const lane = async (): Promise<void> => {
    for (let item = items[next++]; item !== undefined; item = items[next++]) {
      await work(item);
      report();
    }
  };
  await Promise.all(Array.from({ length: 8 }, lane));
}

export async function measureLfw(recognitionModel: string): Promise<LfwReport> {
  const directory = await mkdtemp(join(tmpdir(), "mien-bench-"));
  const server = await startServer({
    ...readSettings({ port: "0", dataDirectory: directory, playground: "off" }, {}),
    apiKeys: [key],
  });
  const client = new FaceClient(server.endpoint, new AzureKeyCredential(key));
  try {
    const pairs = await readPairs();
    const files = picturesOf(pairs);
    const faceIds = new Map<string, string>();
    let picturesWithWrongFace = 0;
    await each(files, "detect", async (file) => {
      const picture = await readFile(lfwPath(file));
      const face = subject(
        await client.detect(picture, {
          detectionModel: "detection_03",
          recognitionModel,
          returnFaceId: true,
        }),
      );
      if (face?.faceId === undefined) return;
      faceIds.set(file, face.faceId);
      if (!coversCenter(face)) picturesWithWrongFace++;
    });
    let falseAccepts = 0;
    let falseRejects = 0;
    await each(pairs, "verify", async ({ first, second, same }) => {
      const faceId1 = faceIds.get(first);
      const faceId2 = faceIds.get(second);
      const identical =
        faceId1 !== undefined &&
        faceId2 !== undefined &&
        (await client.verifyFaceToFace({ faceId1, faceId2 })).isIdentical;
      if (identical && !same) falseAccepts++;
      if (!identical && same) falseRejects++;
    });
    return {
      recognitionModel,
      pictures: files.length,
      pairs: pairs.length,
      accuracy: (1 - (falseAccepts + falseRejects) / pairs.length) * 100,
      falseAccepts,
      falseRejects,
      picturesWithoutFace: files.length - faceIds.size,
      picturesWithWrongFace,
    };
  } finally {
    await client.close();
    await server.close();
    await rm(directory, { recursive: true, force: true });
  }
}
