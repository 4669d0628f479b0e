/** The service with its real parts: worker threads, the embedded store, the models' calibrations. */
import { join } from "node:path";
import { createGrouper } from "@mien/gallery/grouper";
import { openLmdbStore } from "@mien/gallery/lmdb-store";
import { createFaceAnalyzer } from "@mien/vision/face-analyzer";
import { recognitionCalibration } from "@mien/vision/recognition-models";
import { createFaceService, type FaceService } from "./face-service.js";

export interface LocalServiceOptions {
  readonly dataDirectory: string;
  /** Worker threads; default one for each core of the CPU quota. */
  readonly workers?: number;
}

export interface LocalService {
  readonly operations: FaceService;
  /** Resolves when every worker has its models. */
  ready(): Promise<void>;
  /** Waits for what is at work, then ends threads and store. */
  close(): Promise<void>;
}

/** @throws StoreUnavailableError when the data directory cannot be used. */
export function createLocalService(options: LocalServiceOptions): LocalService {
  const store = openLmdbStore({ directory: join(options.dataDirectory, "gallery") });
  const analyzer = createFaceAnalyzer(
    options.workers === undefined ? {} : { workers: options.workers },
  );
  const grouper = createGrouper();
  return {
    operations: createFaceService({
      analyzer,
      store,
      grouper,
      calibration: recognitionCalibration,
    }),
    ready: () => analyzer.ready(),
    async close() {
      await analyzer.close();
      await grouper.close();
      await store.close();
    },
  };
}
