/** Embeddings of LFW's subjects by every network, made by the pipeline's own parts. */
import { readFile } from "node:fs/promises";
import { embeddingNetworks, type EmbeddingNetworkName } from "@mien/vision/embedding-networks";
import { embedWith } from "@mien/vision/embeddings";
import { decodePicture } from "@mien/vision/decode";
import { detectFaces } from "@mien/vision/detector";
import { locateLandmarks } from "@mien/vision/locate-landmarks";
import type { RgbPicture } from "@mien/vision/rgb-picture";
import { Sessions } from "@mien/vision/sessions";
import { lfwCenter, lfwPath } from "./lfw-data.js";
import { progress } from "./progress.js";

export type NetworkVectors = Readonly<Record<EmbeddingNetworkName, Float32Array>>;

const names = Object.keys(embeddingNetworks) as EmbeddingNetworkName[];

/** Vectors by file; a picture without a face has none. @param alter changes the picture before it is looked at. */
export async function embedLfw(
  files: readonly string[],
  label: string,
  networks: readonly EmbeddingNetworkName[] = names,
  alter: (picture: RgbPicture, file: string) => Promise<RgbPicture> = (picture) =>
    Promise.resolve(picture),
): Promise<Map<string, NetworkVectors>> {
  const sessions = new Sessions();
  const vectors = new Map<string, NetworkVectors>();
  const report = progress(label, files.length);
  for (const file of files) {
    const { picture: original } = await decodePicture(await readFile(lfwPath(file)));
    const picture = await alter(original, file);
    const boxes = await detectFaces(sessions, picture, "detection_03");
    const distance = ({ left, right, top, bottom }: (typeof boxes)[number]): number =>
      Math.hypot((left + right) / 2 - lfwCenter, (top + bottom) / 2 - lfwCenter);
    const [subject] = boxes.sort((a, b) => distance(a) - distance(b));
    if (subject !== undefined) {
      const landmarks = await locateLandmarks(sessions, picture, [subject]);
      const own: Partial<Record<EmbeddingNetworkName, Float32Array>> = {};
      for (const name of networks)
        own[name] = (await embedWith(sessions, picture, landmarks, [embeddingNetworks[name]]))[0]!;
      vectors.set(file, own as NetworkVectors);
    }
    report();
  }
  return vectors;
}
