/**
 * A process that decodes: the only one in which a stranger's bytes meet native code. It knows no key, no store and no
 * face, and whatever a picture does to it ends here.
 */
import { PictureError } from "./analysis.js";
import { closeOtherLoaders, decodePicture } from "./decode.js";
import { type DecoderAnswer, type DecoderTask, sharedDescriptor } from "./decoder-messages.js";
import { messageOf } from "./message-of.js";
import { SharedBytes } from "./shared-bytes.js";

closeOtherLoaders();
const shared = process.argv[2] === "shared" ? new SharedBytes(sharedDescriptor) : undefined;

// Its worker decides when it ends: signals to the whole group of processes must not spoil the pictures at work.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => undefined);
// The end of the worker ends it too, even where a thread of the decoder hangs and would be waited for.
process.on("disconnect", () => process.kill(process.pid, "SIGKILL"));

async function decode({ length, bytes }: DecoderTask): Promise<DecoderAnswer> {
  let file: Uint8Array | undefined;
  try {
    file = bytes ?? shared!.take(length);
    const { picture, width, height } = await decodePicture(file);
    const isShared = shared?.put(picture.data) === true;
    if (isShared) picture.data.fill(0);
    return {
      kind: "decoded",
      width,
      height,
      picture: { width: picture.width, height: picture.height },
      ...(isShared ? {} : { bytes: picture.data }),
    };
  } catch (error) {
    return error instanceof PictureError
      ? { kind: "refused", fault: error.fault, message: messageOf(error.cause) }
      : { kind: "failed", message: messageOf(error) };
  } finally {
    // Buffers stay until the next picture comes, which may take days; a stranger's picture does not, but for rows that
    // libvips had in memory which it has freed.
    file?.fill(0);
  }
}

/** Where nobody listens any more, its end is near. */
const say = (answer: DecoderAnswer): void =>
  void process.send!(answer, undefined, undefined, () => undefined);
process.on("message", (task: DecoderTask) => void decode(task).then(say));
say({ kind: "ready" });
