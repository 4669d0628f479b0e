/** Finds the faces of a chosen picture and marks them on a canvas. */
import { AzureKeyCredential, FaceClient } from "@mien/client";

const query = new URLSearchParams(location.search);
const client = new FaceClient(
  query.get("endpoint") ?? location.origin,
  // A page for strangers has no business with a key: let your own server call the service instead.
  new AzureKeyCredential(query.get("key") ?? "the key"),
);
const input = document.querySelector<HTMLInputElement>("#picture")!;
const canvas = document.querySelector<HTMLCanvasElement>("#canvas")!;
const output = document.querySelector<HTMLOutputElement>("#answer")!;

input.addEventListener("change", () => {
  const [picture] = input.files ?? [];
  if (picture !== undefined) void mark(picture);
});

async function mark(picture: File): Promise<void> {
  const bitmap = await createImageBitmap(picture);
  canvas.width = bitmap.width;
  canvas.height = bitmap.height;
  const context = canvas.getContext("2d")!;
  context.drawImage(bitmap, 0, 0);
  try {
    const faces = await client.detect(picture, {
      detectionModel: "detection_03",
      recognitionModel: "recognition_04",
      returnFaceId: false,
    });
    context.strokeStyle = "#22c7e6";
    context.lineWidth = bitmap.width / 300;
    for (const { faceRectangle: box } of faces) {
      context.strokeRect(box.left, box.top, box.width, box.height);
    }
    output.value = `${faces.length} faces`;
  } catch (error) {
    output.value = (error as Error).message;
  }
}
