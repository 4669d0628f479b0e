/** `rediss://` to a Redis that speaks TLS and nothing else, with certificates from `mien dev-cert`. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { connect } from "node:tls";
import { AzureKeyCredential, FaceClient } from "@mien/client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { mienScript, photographs, startServer } from "../cli/running-server.js";
import { masterText, temporaryFolder } from "./faces.js";
import { endWithTests } from "../end-with-tests.js";
import { freePort, redisIsInstalled } from "./redis-servers.js";

function makeCertificate(folder: string): string {
  const { status } = spawnSync(process.execPath, [mienScript, "dev-cert", "--out", folder]);
  expect(status).toBe(0);
  return join(folder, "cert.pem");
}

describe.skipIf(!redisIsInstalled && process.env["CI"] !== "true")("a Redis behind TLS", () => {
  const folder = temporaryFolder();
  let redis: ChildProcess;
  let port: number;
  let [right, wrong] = ["", ""];

  beforeAll(async () => {
    right = makeCertificate(join(folder, "right"));
    wrong = makeCertificate(join(folder, "wrong"));
    port = await freePort();
    redis = spawn(
      "redis-server",
      [
        ...[
          "--port",
          "0",
          "--tls-port",
          String(port),
          "--bind",
          "127.0.0.1",
          "127.0.0.2",
          "--dir",
          folder,
        ],
        ...["--tls-cert-file", right, "--tls-key-file", join(folder, "right", "key.pem")],
        ...["--tls-ca-cert-file", right, "--tls-auth-clients", "no"],
        ...["--save", "", "--requirepass", "a secret"],
      ],
      { stdio: "ignore" },
    );
    endWithTests(redis);
    for (let attempt = 0; ; attempt++) {
      const open = await new Promise<boolean>((resolve) => {
        const socket = connect({ port, host: "127.0.0.1", ca: readFileSync(right) }, () => {
          socket.destroy();
          resolve(true);
        }).once("error", () => resolve(false));
      });
      if (open) break;
      if (attempt > 100) throw new Error("redis-server does not answer");
      await setTimeout(50);
    }
  }, 30_000);
  afterAll(async () => {
    const gone = once(redis, "exit");
    redis.kill("SIGKILL");
    await gone;
    rmSync(folder, { recursive: true });
  });

  const environment = (host: string, certificate: string) => ({
    MIEN_STORE_URL: `rediss://:a%20secret@${host}:${port}`,
    MIEN_MASTER_KEY: masterText,
    ...(certificate === "" ? {} : { NODE_EXTRA_CA_CERTS: certificate }),
  });
  const stats = (host: string, certificate: string, scheme = "rediss:") => {
    const env = environment(host, certificate);
    env.MIEN_STORE_URL = env.MIEN_STORE_URL.replace("rediss:", scheme);
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [mienScript, "store", "stats", "--json"],
      { encoding: "utf8", env: { ...process.env, ...env } },
    );
    return { status, stdout, stderr };
  };

  it.skipIf(process.platform !== "linux")(
    "needs no data directory beside it, where keys are configured",
    async () => {
      // Nobody can make one there.
      const nowhere = "/proc/mien/data";
      const server = await startServer(
        { ...environment("localhost", right), MIEN_API_KEYS: "k" },
        nowhere,
      );
      const client = new FaceClient(server.endpoint, new AzureKeyCredential("k"));
      const faces = await client.detect(readFileSync(photographs[0]!), { returnFaceId: true });
      expect(faces[0]!.faceId).toBeDefined();
      await client.close();
      expect(await server.stop()).toBe(0);
    },
    60_000,
  );

  it("keeps the faces of servers that trust its certificate", async () => {
    const [one, other] = await Promise.all([
      startServer({ ...environment("localhost", right), MIEN_API_KEYS: "k".repeat(32) }),
      startServer({ ...environment("127.0.0.1", right), MIEN_API_KEYS: "k".repeat(32) }),
    ]);
    const [client, elsewhere] = [one, other].map(
      ({ endpoint, key }) => new FaceClient(endpoint, new AzureKeyCredential(key)),
    ) as [FaceClient, FaceClient];
    const faces = await client.detect(readFileSync(photographs[0]!), { returnFaceId: true });
    const [face] = faces;
    expect(
      await elsewhere.verifyFaceToFace({ faceId1: face!.faceId!, faceId2: face!.faceId! }),
    ).toMatchObject({ isIdentical: true });
    const { status, stdout } = stats("localhost", right);
    expect(status).toBe(0);
    // Its password is part of the URL and told to nobody.
    expect(JSON.parse(stdout)).toMatchObject({ place: `rediss://localhost:${port}` });
    for (const text of [stdout, one.output(), other.output()]) expect(text).not.toContain("secret");
    for (const each of [client, elsewhere]) await each.close();
    for (const server of [one, other]) await server.stop();
  }, 60_000);

  it.each([
    ["another certificate is trusted", () => stats("localhost", wrong), /self-signed certificate/],
    ["no certificate is trusted", () => stats("localhost", ""), /self-signed certificate/],
    [
      "it is asked by a name that is not its",
      () => stats("127.0.0.2", right),
      /does not match certificate/,
    ],
    ["it is asked without TLS", () => stats("localhost", right, "redis:"), /cannot be reached/],
  ])("is refused when %s", (_reason, ask, message) => {
    const { status, stdout, stderr } = ask();
    expect(status).toBe(5);
    expect(stdout + stderr).toMatch(message);
    expect(stdout + stderr).not.toContain("secret");
  });

  it("ends a server that does not trust it at its start", async () => {
    await expect(
      startServer({ ...environment("localhost", wrong), MIEN_API_KEYS: "k".repeat(32) }),
    ).rejects.toThrow(/self-signed certificate/);
  });
});
