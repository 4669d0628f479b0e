/**
 * A web service of one route: POST two pictures as a form, `one` and `other`, and hear whether they show the same
 * person.
 *
 * Usage: FACE_ENDPOINT=… FACE_KEY=… verify-route [PORT]
 */
import multipart from "@fastify/multipart";
import { AzureKeyCredential, FaceClient, isRestError } from "@mien/client";
import Fastify from "fastify";

const client = new FaceClient(
  process.env["FACE_ENDPOINT"]!,
  new AzureKeyCredential(process.env["FACE_KEY"]!),
);
const server = Fastify();
await server.register(multipart, { limits: { files: 2, fileSize: 6 * 1024 * 1024 } });

/** The faceId of the largest face, or undefined when there is none. */
async function mainFace(picture: Uint8Array): Promise<string | undefined> {
  const [face] = await client.detect(picture, {
    detectionModel: "detection_03",
    recognitionModel: "recognition_04",
    returnFaceId: true,
    // No longer than it takes to compare.
    faceIdTimeToLive: 60,
  });
  return face?.faceId;
}

server.post("/verify", async (request, reply) => {
  const pictures = new Map<string, Buffer>();
  for await (const file of request.files()) pictures.set(file.fieldname, await file.toBuffer());
  const one = pictures.get("one");
  const other = pictures.get("other");
  if (one === undefined || other === undefined) {
    return reply.code(400).send({ problem: "two files are needed: one and other" });
  }
  try {
    const [faceId1, faceId2] = await Promise.all([mainFace(one), mainFace(other)]);
    if (faceId1 === undefined || faceId2 === undefined) {
      return await reply.code(422).send({ problem: "a picture shows no face" });
    }
    return await client.verifyFaceToFace({ faceId1, faceId2 });
  } catch (error) {
    // A picture that cannot be read is the sender's fault; everything else is not.
    if (isRestError(error) && error.statusCode === 400) {
      return reply.code(422).send({ problem: error.message });
    }
    throw error;
  }
});

console.log(await server.listen({ host: "127.0.0.1", port: Number(process.argv[2] ?? 0) }));
