/** A tenant that sends more slow pictures than can be answered does not shut out another, who sends one after the other. */
import { setMaxListeners } from "node:events";
import sharp from "sharp";
import { expect, it } from "vitest";
import { photograph, startTestServer } from "../contract/server.js";

it("a tenant's pictures are answered while another's fill all that may wait", async () => {
  const server = await startTestServer({ queueLimit: 1000, waitLimit: 30_000 });
  // As many pixels as a picture may have.
  const slow = await sharp({
    create: { width: 8000, height: 8000, channels: 3, background: "grey" },
  })
    .png()
    .toBuffer();
  // The server learns what such a picture takes: one or two may be exceptions.
  for (let time = 0; time < 3; time++) await server.stranger.detect(slow, { returnFaceId: false });
  const ending = new AbortController();
  const senders = 150;
  setMaxListeners(senders, ending.signal);
  let refuse!: () => void;
  const refused = new Promise<void>((resolve) => (refuse = resolve));
  let unexpected: unknown;
  /** Sends it again and again, whatever is answered. */
  const insist = async (): Promise<void> => {
    while (!ending.signal.aborted) {
      await server.stranger
        .detect(slow, { returnFaceId: false, abortSignal: ending.signal })
        .catch((error: unknown) => {
          if ((error as { statusCode?: number }).statusCode === 503) refuse();
          else if (!ending.signal.aborted) unexpected = error;
        });
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  const insisting = Array.from({ length: senders }, insist);
  await refused;
  try {
    for (let count = 0; count < 4; count++)
      expect(await server.client.detect(photograph(1), { returnFaceId: false })).toHaveLength(3);
  } finally {
    ending.abort();
    await Promise.all(insisting);
    await server.close();
  }
  expect(unexpected).toBeUndefined();
}, 300_000);
