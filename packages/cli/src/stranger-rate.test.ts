import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { AzureKeyCredential, FaceClient } from "@mien/client";
import { afterAll, beforeAll, expect, it } from "vitest";
import { strangerRate } from "./stranger-rate.js";

const report = {
  recognition: { recognition_04: { falseAcceptRates: [{ confidence: 0.5, rate: 0.0054 }] } },
};
// As a proxy has it that serves other things too.
const server = createServer((request, response) => {
  response.statusCode = request.url === "/faces/models" ? 200 : 404;
  response.end(JSON.stringify(report));
});
let address = "";
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

it.each([
  ["/faces", 0.0054],
  ["/faces/", 0.0054],
  ["", undefined],
])("asks below the endpoint %s", async (path, rate) => {
  const endpoint = `${address}${path}`;
  const client = new FaceClient(endpoint, new AzureKeyCredential("k"));
  const { signal } = new AbortController();
  expect(await strangerRate(client, endpoint, "recognition_04", 0.5, signal)).toBe(rate);
});
