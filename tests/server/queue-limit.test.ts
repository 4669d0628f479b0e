/** `MIEN_QUEUE_LIMIT` says how many calls may wait, of pictures too. */
import sharp from "sharp";
import { expect, it } from "vitest";
import { photograph, startTestServer } from "../contract/server.js";

it("as many pictures wait as the setting allows", async () => {
  const server = await startTestServer({ queueLimit: 1000, waitLimit: 600_000 });
  const [face] = await server.client.detect(photograph(1), { returnFaceId: false });
  const { left, top, width, height } = face!.faceRectangle;
  const picture = await sharp(photograph(1))
    .extract({ left: left - width, top: top - height, width: 3 * width, height: 3 * height })
    .resize(200)
    .jpeg()
    .toBuffer();
  const calls = Array.from({ length: 80 }, () =>
    server.client.detect(picture, { detectionModel: "detection_01", returnFaceId: false }),
  );
  for (const faces of await Promise.all(calls)) expect(faces).toHaveLength(1);
  await server.close();
});
