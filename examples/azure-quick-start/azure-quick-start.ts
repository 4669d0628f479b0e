/**
 * Microsoft's own client, as it is called against Azure. To run it against Mien, `FACE_ENDPOINT` is another; where
 * that endpoint is plain http, the client has to be told that this is meant.
 *
 * Usage: FACE_ENDPOINT=… FACE_KEY=… azure-quick-start PICTURE
 */
import { readFile } from "node:fs/promises";
import { AzureKeyCredential } from "@azure/core-auth";
import createFaceClient, { isUnexpected } from "@azure-rest/ai-vision-face";

const endpoint = process.env["FACE_ENDPOINT"]!;
const client = createFaceClient(endpoint, new AzureKeyCredential(process.env["FACE_KEY"]!), {
  allowInsecureConnection: endpoint.startsWith("http:"),
});

const response = await client.path("/detect").post({
  contentType: "application/octet-stream",
  queryParameters: {
    detectionModel: "detection_03",
    recognitionModel: "recognition_04",
    returnFaceId: true,
    returnFaceLandmarks: true,
    returnFaceAttributes: ["headPose", "qualityForRecognition"],
  },
  body: await readFile(process.argv[2]!),
});
if (isUnexpected(response)) throw new Error(response.body.error.message);
for (const face of response.body) {
  const { left, top, width, height } = face.faceRectangle;
  console.log(
    `face at ${left},${top}, ${width}x${height}, yaw ${face.faceAttributes?.headPose?.yaw}`,
  );
}
