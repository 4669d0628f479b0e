/** What the attributes of one face cost on one thread, and what their weights weigh. */
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { modelPath } from "@mien/models/registry";
import { runHeads } from "@mien/vision/attributes/network";
import { runRetiredHeads } from "@mien/vision/attributes/retired-heads";
import { pixelStatistics } from "@mien/vision/attributes/pixel-statistics";
import { decodePicture } from "@mien/vision/decode";
import { detectFaces } from "@mien/vision/detector";
import { estimateHeadPoses } from "@mien/vision/head-pose";
import { locateLandmarks } from "@mien/vision/locate-landmarks";
import { serviceSquare } from "@mien/vision/service-square";
import { Sessions } from "@mien/vision/sessions";
import { dataFolder } from "./data-folder.js";
import { percentile } from "./statistics.js";

export interface AttributesCost {
  readonly weightsBytes: number;
  /** Medians, milliseconds a face. */
  readonly network: number;
  readonly pixels: number;
  /** Of the pose network and the face mesh, which are the vision pipeline's own. */
  readonly headPose: number;
  /** Of the frozen network and its heads, where a retired attribute is asked for. */
  readonly retired: number;
}

export async function measureCost(files: readonly string[]): Promise<AttributesCost> {
  const sessions = new Sessions();
  const times: Record<"network" | "pixels" | "headPose" | "retired", number[]> = {
    network: [],
    pixels: [],
    headPose: [],
    retired: [],
  };
  for (const [index, file] of files.entries()) {
    const { picture } = await decodePicture(await readFile(join(dataFolder, file)));
    const [box] = await detectFaces(sessions, picture, "detection_03");
    if (box === undefined) continue;
    const landmarks = await locateLandmarks(sessions, picture, [box]);
    const start = performance.now();
    await runHeads(sessions, picture, landmarks);
    const network = performance.now();
    pixelStatistics(picture, box, serviceSquare(box, landmarks[0]!));
    const pixels = performance.now();
    await estimateHeadPoses(sessions, picture, landmarks);
    const headPose = performance.now();
    await runRetiredHeads(sessions, picture, landmarks);
    const retired = performance.now();
    if (index < 10) continue; // the first calls open and compile
    times.network.push(network - start);
    times.pixels.push(pixels - network);
    times.headPose.push(headPose - pixels);
    times.retired.push(retired - headPose);
  }
  return {
    weightsBytes:
      (await stat(modelPath("attributes"))).size +
      (await stat(modelPath("attributes-retired"))).size,
    network: percentile(times.network, 0.5),
    pixels: percentile(times.pixels, 0.5),
    headPose: percentile(times.headPose, 0.5),
    retired: percentile(times.retired, 0.5),
  };
}
