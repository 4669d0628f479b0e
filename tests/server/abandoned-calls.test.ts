/** Callers who leave before their answer: nothing is kept of their faces, and nobody waits for their pictures. */
import { connect } from "node:net";
import { localFaceClient } from "mien";
import { expect, it, vi } from "vitest";
import { head } from "../contract/raw-http.js";
import { photograph, startTestServer } from "../contract/server.js";

it("the faces of a picture whose caller left while it was looked at are not kept", async () => {
  const server = await startTestServer();
  const { hostname, port } = new URL(server.endpoint);
  const metrics = async (): Promise<string> => (await fetch(`${server.endpoint}/metrics`)).text();
  const picture = photograph(1);
  // The worker is there from now on: a picture is looked at as soon as it has come.
  await server.client.detect(picture, { returnFaceId: false });
  const socket = connect(Number(port), hostname);
  const call = head(
    "/face/v1.0/detect?recognitionModel=recognition_04",
    "Content-Type: application/octet-stream",
    `Content-Length: ${picture.length}`,
  );
  await new Promise((resolve) =>
    socket.write(Buffer.concat([Buffer.from(call), picture]), resolve),
  );
  await new Promise((resolve) => setTimeout(resolve, 15));
  socket.destroy();
  await vi.waitFor(async () =>
    expect(await metrics()).toContain('mien_requests_total{operation="detect",status="499"} 1'),
  );
  // The one worker takes the next picture when it is done with that one.
  await server.client.detect(picture, { returnFaceId: false });
  expect(await metrics()).toMatch(/^mien_templates_live 0$/m);
  await server.close();
});

it("calls without a socket that are aborted leave their places to others", async () => {
  const client = await localFaceClient({ workers: 1, retryOptions: { maxRetries: 0 } });
  const picture = photograph(1);
  const faces = await client.detect(picture, { returnFaceId: false });
  // More than may wait for one worker.
  for (let count = 0; count < 70; count++) {
    const controller = new AbortController();
    const call = client.detect(picture, { abortSignal: controller.signal });
    setTimeout(() => controller.abort(), 1);
    await expect(call).rejects.toMatchObject({ name: "AbortError" });
  }
  expect(await client.detect(picture, { returnFaceId: false })).toEqual(faces);
  await client.close();
});
