/** Callers whose connection ends with the answer (Python's urllib, HTTP/1.0), and who are refused while they send. */
import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { key, photograph, startTestServer, type TestServer } from "../contract/server.js";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ waitLimit: 120_000 });
});
afterAll(() => server.close());

const megabyte = Buffer.alloc(1024 * 1024, 1);
const chunk = Buffer.concat([Buffer.from("100000\r\n"), megabyte, Buffer.from("\r\n")]);

/** Sends a head and pieces of a body, whatever comes back meanwhile. @returns what came back, and what went wrong. */
function send(
  head: readonly string[],
  pieces: readonly Buffer[],
): Promise<{ status: string; failure?: string }> {
  const { hostname, port } = new URL(server.endpoint);
  return new Promise((resolve) => {
    let received = "";
    const socket = connect({ port: Number(port), host: hostname, allowHalfOpen: true });
    const finish = (failure?: string) => {
      socket.destroy();
      const status = received.slice(9, 12);
      resolve(failure === undefined ? { status } : { status, failure });
    };
    socket.on("data", (data) => (received += data.toString("latin1")));
    socket.on("error", (error: NodeJS.ErrnoException) => finish(error.code));
    const written = (async () => {
      socket.write(`${head.join("\r\n")}\r\n\r\n`);
      for (const piece of pieces)
        await new Promise<void>((resolveWrite) => socket.write(piece, () => resolveWrite()));
    })();
    // The server ends the connection, and not before all is sent.
    socket.on("end", () => void written.then(() => finish()));
  });
}

const named = (length: number) => `Content-Length: ${length * megabyte.length}`;
const octets = "Content-Type: application/octet-stream";
const withKey = `Ocp-Apim-Subscription-Key: ${key}`;
const post = "POST /face/v1.0/detect HTTP/1.1";
const five = Array.from({ length: 5 }, () => megabyte);

describe("a caller who ends the connection with the answer learns why he is refused", () => {
  it.each<[string, string, string[], Buffer[]]>([
    [
      "a wrong key",
      "401",
      [post, "Connection: close", "Ocp-Apim-Subscription-Key: no", octets, named(5)],
      five,
    ],
    [
      "a wrong key, who would have been told that he need not send",
      "401",
      [
        post,
        "Connection: close",
        "Expect: 100-continue",
        "Ocp-Apim-Subscription-Key: no",
        octets,
        named(5),
      ],
      five,
    ],
    ["a wrong key by HTTP/1.0", "401", [post.replace("1.1", "1.0"), octets, named(5)], five],
    [
      "a media type",
      "415",
      [post, "Connection: close", withKey, "Content-Type: image/jpeg", named(5)],
      five,
    ],
    [
      "a parameter",
      "400",
      [
        post.replace("detect", "detect?faceIdTimeToLive=1"),
        "Connection: close",
        withKey,
        octets,
        named(5),
      ],
      five,
    ],
    [
      "an announced length",
      "400",
      [post, "Connection: close", withKey, octets, named(8)],
      [...five, megabyte, megabyte, megabyte],
    ],
    [
      "chunks that are too many",
      "400",
      [post, "Connection: close", withKey, octets, "Transfer-Encoding: chunked"],
      [...Array.from({ length: 8 }, () => chunk), Buffer.from("0\r\n\r\n")],
    ],
  ])("for %s", async (_name, status, head, pieces) => {
    for (let time = 0; time < 5; time++)
      expect(await send([...head, "Host: mien"], pieces)).toEqual({ status });
  });
});

describe("a caller who waits to be told to go on", () => {
  const picture = photograph(1);
  const wait = "Expect: 100-continue";
  const whole = `Content-Length: ${picture.length}`;

  /** Statuses that came, the last of which is the answer's; the body is sent only when it is asked for. */
  function statuses(head: readonly string[]): Promise<string[]> {
    const { hostname, port } = new URL(server.endpoint);
    return new Promise((resolve, reject) => {
      let received = "";
      let asked = false;
      const socket = connect(Number(port), hostname, () =>
        socket.write([...head, "Host: mien", wait, "", ""].join("\r\n")),
      );
      socket.on("error", reject);
      socket.on("data", (data) => {
        received += data.toString("latin1");
        const came = [...received.matchAll(/^HTTP\/1\.1 (\d+)/gm)].map(([, status]) => status!);
        if (came.includes("100") && !asked) {
          asked = true;
          socket.write(picture);
        }
        if (came.at(-1) === "100") return;
        socket.destroy();
        resolve(came);
      });
    });
  }

  it("is told so once his call has passed all that can be judged before", async () => {
    expect(await statuses([post, withKey, octets, whole])).toEqual(["100", "200"]);
  }, 150_000);

  it.each([
    ["a wrong key", "401", [post, "Ocp-Apim-Subscription-Key: no", octets, whole]],
    ["a media type", "415", [post, withKey, "Content-Type: image/jpeg", whole]],
    ["an announced length", "400", [post, withKey, octets, named(8)]],
    [
      "a parameter",
      "400",
      [post.replace("detect", "detect?faceIdTimeToLive=1"), withKey, octets, whole],
    ],
    ["a path", "404", [post.replace("face/v1.0/detect", "nowhere"), withKey, octets, whole]],
    ["a probe's path", "404", [post.replace("face/v1.0/detect", "healthz"), octets, whole]],
    ["a path that cannot be decoded", "400", [post.replace("detect", "%"), octets, whole]],
  ])("is answered without a body for %s", async (_name, status, head) => {
    expect(await statuses(head)).toEqual([status]);
  });
});
