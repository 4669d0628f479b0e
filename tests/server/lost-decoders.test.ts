/** Decoders are killed while pictures come in: each kill costs at most the request whose picture it met. */
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { photographs, type RunningServer, startServer } from "../cli/running-server.js";
import { decodersOf, isAlive } from "./child-processes.js";

let server: RunningServer;
const picture = readFileSync(photographs[3]!);

const decoders = (): number[] => decodersOf(server.process.pid!);

interface Answered {
  readonly status: number;
  readonly body: unknown;
}

async function detect(): Promise<Answered> {
  const response = await fetch(
    `${server.endpoint}/face/v1.2/detect?detectionModel=detection_03&returnFaceId=false`,
    {
      method: "POST",
      headers: {
        "ocp-apim-subscription-key": server.key,
        "content-type": "application/octet-stream",
      },
      body: picture,
    },
  );
  return { status: response.status, body: await response.json() };
}

async function lostDecoders(): Promise<number> {
  const text = await (await fetch(`${server.endpoint}/metrics`)).text();
  return Number(/^mien_decoders_lost_total (\d+)$/m.exec(text)?.[1]);
}

function goOn(pid: number): void {
  try {
    process.kill(pid, "SIGCONT");
  } catch {
    // It has ended and been heard of already.
  }
}

describe.runIf(process.platform === "linux")("decoders killed under load", () => {
  beforeAll(async () => {
    server = await startServer({ MIEN_WORKERS: "2", MIEN_MAX_WAIT: "60000" });
    await fetch(`${server.endpoint}/readyz`);
  });
  afterAll(() => server.stop());

  it("cost a request each at the most, and the server nothing", async () => {
    const right = await detect();
    expect(right.status).toBe(200);
    expect(right.body).toHaveLength(4);

    const answers: Answered[] = [];
    let running = true;
    const caller = async (): Promise<void> => {
      while (running) answers.push(await detect());
    };
    const callers = [caller(), caller(), caller(), caller()];
    const signals = ["SIGSEGV", "SIGABRT", "SIGBUS", "SIGILL", "SIGKILL"] as const;
    const lostOnes = (): Answered[] => answers.filter(({ status }) => status !== 200);
    const answersMore = async (count: number): Promise<void> => {
      const enough = answers.length + count;
      while (answers.length < enough) await wait(20);
    };
    let kills = 0;
    const kill = async (signal: NodeJS.Signals, standing: boolean): Promise<void> => {
      await wait(150);
      // The older of two has certainly started: dying at its start would cost no picture.
      await expect.poll(() => decoders().length).toBe(2);
      const pid = Math.min(...decoders());
      if (standing) {
        // Stands still until the other worker has answered so many that this one should have a picture too.
        process.kill(pid, "SIGSTOP");
        await answersMore(6);
      }
      process.kill(pid, signal);
      goOn(pid);
      kills++;
    };
    for (const signal of signals) {
      const before = lostOnes().length;
      // On a busy machine it may have had none.
      for (let attempt = 0; attempt < 5 && lostOnes().length === before; attempt++) {
        await kill(signal, true);
        // With those of all callers, that which was lost.
        await answersMore(2 * callers.length);
      }
    }
    for (const signal of signals) await kill(signal, false);
    running = false;
    await Promise.all(callers);

    const lost = lostOnes();
    expect(lost.length).toBeGreaterThanOrEqual(signals.length);
    expect(lost.length).toBeLessThanOrEqual(kills);
    expect(await lostDecoders()).toBe(lost.length);
    for (const answer of lost)
      expect(answer).toEqual({
        status: 400,
        body: {
          error: { code: "InvalidImage", message: "Decoding error, image format unsupported." },
        },
      });
    const answered = answers.filter(({ status }) => status === 200);
    expect(answered.length).toBeGreaterThan(lost.length);
    for (const { body } of answered) expect(body).toEqual(right.body);

    expect(server.process.exitCode).toBeNull();
    expect(await detect()).toEqual(right);
    expect(decoders()).toHaveLength(2);
  });

  it("let the work at hand be finished when the whole group is told to end", async () => {
    const own = await startServer({ MIEN_WORKERS: "1" });
    const former = server;
    server = own;
    await fetch(`${own.endpoint}/readyz`);
    const [pid] = decoders();
    process.kill(pid!, "SIGSTOP");
    const answer = detect();
    await wait(300);
    // As systemd and a terminal do.
    const exit = once(own.process, "exit");
    for (const one of [own.process.pid!, pid!]) process.kill(one, "SIGTERM");
    process.kill(pid!, "SIGINT");
    await wait(300);
    process.kill(pid!, "SIGCONT");
    expect((await answer).status).toBe(200);
    expect(await exit).toEqual([0, null]);
    expect(isAlive(pid!)).toBe(false);
    await own.stop();
    server = former;
  });

  it("end with their server, even when it is killed", async () => {
    const pids = decoders();
    const own = await startServer({ MIEN_WORKERS: "1" });
    const former = server;
    server = own;
    await fetch(`${own.endpoint}/readyz`);
    const [pid] = decoders();
    own.process.kill("SIGKILL");
    for (let turn = 0; turn < 100 && isAlive(pid!); turn++) await wait(50);
    expect(isAlive(pid!)).toBe(false);
    await own.stop();
    server = former;
    expect(pids.every(isAlive)).toBe(true);
  });
});
