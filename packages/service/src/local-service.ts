/** The service with its real parts: worker threads, the embedded store, the models' calibrations. */
import { createGrouper } from "@mien/gallery/grouper";
import { openStore, type StoreSettings } from "@mien/gallery/open-store";
import {
  type MaintainedStore,
  type StoreStatistics,
  StoreUnavailableError,
} from "@mien/gallery/store";
import { createFaceAnalyzer, defaultTimeLimit } from "@mien/vision/face-analyzer";
import { recognitionCalibration } from "@mien/vision/recognition-models";
import { createFaceService, type FaceService } from "./face-service.js";

/** Settings of the store and of the workers. */
export interface LocalServiceOptions extends StoreSettings {
  /** Worker threads. */
  readonly workers: number;
  /** Pictures that may wait for a worker, beyond those at work. */
  readonly queueLimit: number;
  /**
   * Milliseconds from arrival to answer: a picture that would take longer is refused, at once unless it is its tenant's only
   * one to wait; that one is refused later, if its turn comes too late.
   */
  readonly waitLimit: number;
  /** Pictures after which a worker is replaced by a fresh one; 0: never. */
  readonly recycleAfter: number;
  /** Where it is told, a line each, what an operator should know. */
  readonly report?: (line: string) => void;
  /** Niceness of the worker threads, 0 to 19, on Linux. */
  readonly workerNiceness: number;
}

/** Milliseconds that a picture may take once a worker has it. */
export const analysisLimit = defaultTimeLimit;

/** What the parts tell of themselves, for metrics. */
export interface LocalServiceStatistics {
  /** Pictures that wait for a worker. */
  readonly waitingPictures: number;
  /** Decoders that a picture has killed since this process started, or that were ended because it took too long. */
  readonly lostDecoders: number;
  /** Absent while the store cannot answer. */
  readonly store: StoreStatistics | undefined;
}

/** The operations with the parts that they own. */
export interface LocalService {
  readonly operations: FaceService;
  statistics(): Promise<LocalServiceStatistics>;
  /** Resolves when every worker has its models. */
  ready(): Promise<void>;
  /** Waits for what is at work, then ends threads and store. */
  close(): Promise<void>;
}

/**
 * Opens the store, then starts the workers without waiting for their models: {@link LocalService.ready} does.
 * @throws StoreUnavailableError when the store cannot be opened.
 */
export async function createLocalService(options: LocalServiceOptions): Promise<LocalService> {
  const store = await openStore(options, { report: options.report });
  const analyzer = createFaceAnalyzer({
    workers: options.workers,
    queueLimit: options.queueLimit,
    waitLimit: options.waitLimit,
    timeLimit: analysisLimit,
    recycleAfter: options.recycleAfter,
    niceness: options.workerNiceness,
  });
  const grouper = createGrouper();
  return {
    operations: createFaceService({
      analyzer,
      store,
      grouper,
      calibration: recognitionCalibration,
    }),
    statistics: async () => ({
      waitingPictures: analyzer.waiting,
      lostDecoders: analyzer.lostDecoders,
      store: await statisticsOf(store),
    }),
    ready: () => analyzer.ready(),
    async close() {
      await analyzer.close();
      await grouper.close();
      await store.close();
    },
  };
}

async function statisticsOf(store: MaintainedStore): Promise<StoreStatistics | undefined> {
  try {
    return await store.statistics();
  } catch (error) {
    if (error instanceof StoreUnavailableError) return undefined;
    throw error;
  }
}
