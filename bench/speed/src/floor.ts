/** What a request cannot be faster than on one thread: the decoder and the bare networks, with nothing between. */
import type { AnalysisRequest } from "@mien/vision/analysis";
import { decodePicture } from "@mien/vision/decode";
import { analyzePicture } from "@mien/vision/pipeline";
import { type Outputs, Sessions } from "@mien/vision/sessions";

interface Run {
  readonly key: string;
  readonly input: Float32Array | Uint8Array;
  readonly shape: readonly number[];
}

/** Sessions that remember what they were asked. */
class RecordingSessions extends Sessions {
  readonly runs: Run[] = [];

  override run(
    key: string,
    input: Float32Array | Uint8Array,
    shape: readonly number[],
  ): Promise<Outputs> {
    this.runs.push({ key, input: input.slice(), shape });
    return super.run(key, input, shape);
  }
}

export interface Floor {
  /** Decodes the file and runs each network on the inputs that the real request gave it. */
  run(): Promise<void>;
  /** How often each network is run. */
  readonly runs: Readonly<Record<string, number>>;
  readonly faces: number;
}

export async function floorOf(file: Uint8Array, request: AnalysisRequest): Promise<Floor> {
  const recording = new RecordingSessions();
  const { faces } = await analyzePicture(recording, file, request, decodePicture);
  const sessions = new Sessions();
  const runs: Record<string, number> = {};
  for (const { key } of recording.runs) runs[key] = (runs[key] ?? 0) + 1;
  return {
    faces: faces.length,
    runs,
    async run() {
      await decodePicture(file);
      for (const { key, input, shape } of recording.runs) await sessions.run(key, input, shape);
    },
  };
}
