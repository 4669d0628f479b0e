/** Embeddings of LFW's subjects by every network, made by the pipeline's own parts. */
import { readFile } from "node:fs/promises";
import { embeddingNetworks, type EmbeddingNetworkName } from "@mien/vision/embedding-networks";
import { embedWith } from "@mien/vision/embeddings";
import { decodePicture } from "@mien/vision/decode";
import { detectFaces } from "@mien/vision/detector";
import { locateLandmarks } from "@mien/vision/locate-landmarks";
import type { RgbPicture } from "@mien/vision/rgb-picture";
import { Sessions } from "@mien/vision/sessions";
import { lfwPath } from "./lfw-data.js";
import { progress } from "./progress.js";
import { middlemost } from "./subject.js";

/** Unit vectors by network, and how long they were before. */
export type NetworkVectors = Readonly<Record<EmbeddingNetworkName, Float32Array>> & {
  readonly lengths: Readonly<Partial<Record<EmbeddingNetworkName, number>>>;
};

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
    const subject = middlemost(boxes, picture);
    if (subject !== undefined) {
      const landmarks = await locateLandmarks(sessions, picture, [subject]);
      vectors.set(file, (await networkVectors(sessions, picture, landmarks, networks))[0]!);
    }
    report();
  }
  return vectors;
}

/** Of each face; networks that are not asked for have none, whatever the type says. */
export async function networkVectors(
  sessions: Sessions,
  picture: RgbPicture,
  landmarkSets: readonly Float32Array[],
  networks: readonly EmbeddingNetworkName[],
): Promise<NetworkVectors[]> {
  const faces = landmarkSets.map(
    (): {
      vectors: Partial<Record<EmbeddingNetworkName, Float32Array>>;
      lengths: Partial<Record<EmbeddingNetworkName, number>>;
    } => ({ vectors: {}, lengths: {} }),
  );
  for (const name of networks) {
    const embedded = await embedWith(sessions, picture, landmarkSets, [embeddingNetworks[name]]);
    for (const [index, { vectors, lengths }] of embedded.entries()) {
      faces[index]!.vectors[name] = vectors;
      faces[index]!.lengths[name] = lengths[0]!;
    }
  }
  return faces.map(({ vectors, lengths }) => ({ ...vectors, lengths }) as NetworkVectors);
}
