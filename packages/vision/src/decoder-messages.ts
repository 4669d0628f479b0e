/** What a worker and the process that decodes for it say to each other. */
import type { PictureFault } from "./analysis.js";

/** Where a decoder process finds the file descriptor of the {@link SharedBytes}, if there are any. */
export const sharedDescriptor = 4;

/** A file to decode: `bytes` when it does not lie in the shared bytes. */
export interface DecoderTask {
  readonly length: number;
  readonly bytes?: Uint8Array;
}

/** `refused`: the picture cannot be decoded. `failed`: decoding ended with an error that nobody expected. */
export type DecoderAnswer =
  | { readonly kind: "ready" }
  | {
      readonly kind: "decoded";
      /** Size of the upright picture as uploaded, pixels. */
      readonly width: number;
      readonly height: number;
      readonly picture: { readonly width: number; readonly height: number };
      /** The picture's pixels when they do not lie in the shared bytes. */
      readonly bytes?: Uint8Array;
    }
  | { readonly kind: "refused"; readonly fault: PictureFault; readonly message: string }
  | { readonly kind: "failed"; readonly message: string };
