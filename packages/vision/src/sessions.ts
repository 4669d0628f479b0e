/** ONNX Runtime sessions of one thread of work, opened once and kept. */
import { readModel } from "@mien/models/registry";
import * as ort from "onnxruntime-node";

/** What a network answers: by the name of each output, its values. */
export type Outputs = Readonly<Record<string, { readonly data: ort.Tensor["data"] }>>;

/** Values of an input tensor; bytes for networks that take pixels as they are. */
export type ModelInput = Float32Array | Uint8Array;

/** Opens each network at its first use and keeps it. */
export class Sessions {
  readonly #open = new Map<string, Promise<ort.InferenceSession>>();

  async #session(key: string): Promise<ort.InferenceSession> {
    const known = this.#open.get(key);
    if (known !== undefined) return known;
    const opening = readModel(key).then((file) =>
      ort.InferenceSession.create(file, {
        // A worker is one core; the pool has as many workers as there are cores.
        intraOpNumThreads: 1,
        interOpNumThreads: 1,
        executionMode: "sequential",
        graphOptimizationLevel: "all",
        // A plan for each shape would be kept in a block of its own: detectors see another shape with every picture.
        enableMemPattern: false,
        // Denormal activations make one network six times slower.
        extra: { session: { set_denormal_as_zero: "1" } },
      }),
    );
    this.#open.set(key, opening);
    // What there was no memory or file handle for now may be opened for the next picture.
    opening.catch(() => this.#open.delete(key));
    return opening;
  }

  async open(keys: Iterable<string>): Promise<void> {
    for (const key of keys) await this.#session(key);
  }

  /** How many runs can be computed at once now: work that is cut in at least as many pieces is done sooner. */
  get lanes(): number {
    return 1;
  }

  /**
   * Says that so many runs will be asked for as soon as their inputs are made, so that the longest can be placed first.
   * @returns what must be called when they have been, or will not be.
   */
  gather(runs: number): () => void {
    if (runs < 0) throw new RangeError("a negative number of runs");
    // Nobody is there to share with.
    return () => undefined;
  }

  /** The input belongs to the network from now on: it may be handed to another thread. */
  async run(key: string, input: ModelInput, shape: readonly number[]): Promise<Outputs> {
    const session = await this.#session(key);
    const tensor =
      input instanceof Uint8Array
        ? new ort.Tensor("uint8", input, shape)
        : new ort.Tensor("float32", input, shape);
    return session.run({ [session.inputNames[0]!]: tensor });
  }

  /** The same, of an input that the caller reads again. */
  runKept(key: string, input: ModelInput, shape: readonly number[]): Promise<Outputs> {
    return this.run(key, input, shape);
  }
}

/** The values of a float output. */
export function floats(outputs: Outputs, name: string): Float32Array {
  const data = outputs[name]?.data;
  if (!(data instanceof Float32Array)) throw new TypeError(`no float output ${name}`);
  return data;
}

/** Batch sizes that are run, so that the runtime's arena sees few shapes. */
const batchSizes = [16, 8, 4, 2, 1];

/**
 * Cuts `count` faces into batches of fixed sizes: [first, size] pairs.
 * @param lanes batches that can be computed at once; at least as many are made where there are faces enough.
 */
export function batches(count: number, lanes = 1, largest = 16): [number, number][] {
  const result: [number, number][] = [];
  const most = Math.max(1, Math.min(largest, Math.ceil(count / lanes)));
  for (let first = 0; first < count;) {
    const size = largestBatch(Math.min(most, count - first));
    result.push([first, size]);
    first += size;
  }
  return result;
}

function largestBatch(most: number): number {
  for (const size of batchSizes) if (size <= most) return size;
  return 1;
}
