import { createSocket, type Socket } from "node:dgram";
import { afterEach, beforeEach, expect, it } from "vitest";
import { dnsResolve, resolveForStrangers } from "./stranger-names.js";

/** Types of records. */
const a = 1;
const aaaa = 28;
const addresses: Readonly<Record<string, Readonly<Record<number, readonly number[]>>>> = {
  "four.test": { [a]: [93, 184, 216, 34] },
  "six.test": { [aaaa]: [0x26, 0x06, 0x47, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1] },
  "both.test": {
    [a]: [93, 184, 216, 34],
    [aaaa]: [0x26, 0x06, 0x47, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1],
  },
};

/** The answer to a question of one name; none at all for names that begin with `silent`. */
function answerTo(question: Buffer): Buffer | undefined {
  const labels: string[] = [];
  let at = 12;
  for (; question[at] !== 0; at += question[at]! + 1)
    labels.push(question.toString("latin1", at + 1, at + 1 + question[at]!));
  if (labels[0]!.startsWith("silent")) return undefined;
  const records = addresses[labels.join(".").toLowerCase()];
  const type = question.readUInt16BE(at + 1);
  const bytes = records?.[type];
  const header = Buffer.from(question.subarray(0, 12));
  header.writeUInt16BE(records === undefined ? 0x8183 : 0x8180, 2);
  header.writeUInt16BE(bytes === undefined ? 0 : 1, 6);
  header.writeUInt32BE(0, 8);
  const asked = question.subarray(12, at + 5);
  if (bytes === undefined) return Buffer.concat([header, asked]);
  const record = Buffer.from([0xc0, 12, 0, type, 0, 1, 0, 0, 0, 0, 0, bytes.length, ...bytes]);
  return Buffer.concat([header, asked, record]);
}

let server: Socket;
let servers: string[];
beforeEach(async () => {
  server = createSocket("udp4", (question, { port, address }) => {
    const answer = answerTo(question);
    if (answer !== undefined) server.send(answer, port, address);
  });
  await new Promise<void>((resolve) => server.bind(0, "127.0.0.1", resolve));
  servers = [`127.0.0.1:${server.address().port}`];
});
afterEach(() => new Promise<void>((resolve) => server.close(resolve)));

const four = { address: "93.184.216.34", family: 4 };
const six = { address: "2606:4700::1", family: 6 };

it.each([
  ["four.test", [four]],
  ["six.test", [six]],
  ["both.test", [four, six]],
])("%s has the addresses of both families", async (name, found) => {
  expect(await dnsResolve(servers)(name)).toEqual(found);
});

it("a name that nobody knows is told apart from one whose servers are silent", async () => {
  await expect(dnsResolve(servers)("nobody.test")).rejects.toHaveProperty("code", "ENOTFOUND");
  await expect(dnsResolve(servers)("silent.test")).rejects.toHaveProperty("code", "ETIMEOUT");
});

it("names whose servers are silent keep no other from being found", async () => {
  const resolve = dnsResolve(servers);
  let waiting = 64;
  const silent = Array.from({ length: waiting }, (_, number) =>
    resolve(`silent${number}.test`).catch(() => waiting--),
  );
  expect(await resolve("four.test")).toEqual([four]);
  expect(waiting).toBe(64);
  await Promise.all(silent);
});

it("a name of one word is the machine's own", async () => {
  expect((await resolveForStrangers("localhost")).length).toBeGreaterThan(0);
});
