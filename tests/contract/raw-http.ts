/** HTTP as bytes: sends what no client would, and reads the answers off the connection. */
import { connect, type Socket } from "node:net";
import { setImmediate as turn } from "node:timers/promises";
import { ContractError, type ErrorKey } from "@mien/contract/errors";
import { expect } from "vitest";
import { key } from "./server.js";

/** The head of a request with a key, up to its body. */
export const head = (path: string, ...lines: string[]): string =>
  [
    `POST ${path} HTTP/1.1`,
    "Host: mien",
    `Ocp-Apim-Subscription-Key: ${key}`,
    ...lines,
    "",
    "",
  ].join("\r\n");

export interface RawAnswer {
  readonly status: number;
  readonly code: string;
}

export const answerOf = (error: ErrorKey): RawAnswer => {
  const { status, code } = new ContractError(error);
  return { status, code };
};

/** Each must be JSON. */
export function answersIn(text: string): RawAnswer[] {
  const answers: RawAnswer[] = [];
  let rest = text;
  while (rest !== "") {
    const end = rest.indexOf("\r\n\r\n");
    const lines = rest.slice(0, end).split("\r\n");
    const status = Number(lines[0]!.split(" ")[1]);
    rest = rest.slice(end + 4);
    if (status === 100) continue;
    const length = Number(/content-length: (\d+)/i.exec(lines.join("\n"))?.[1]);
    expect(lines.join("\n")).toMatch(/content-type: application\/json; charset=utf-8/i);
    const body = JSON.parse(rest.slice(0, length)) as { error?: { code: string } };
    answers.push({ status, code: body.error?.code ?? "" });
    rest = rest.slice(length);
  }
  return answers;
}

/**
 * Everything that comes back until the connection ends. We say at once that nothing more will come, so whoever still
 * waits for more answers what is there.
 * @param pieces sent one after the other, each in a packet of its own as far as the system lets it.
 */
export function exchange(
  endpoint: string,
  pieces: readonly (string | Buffer)[],
  patience = 10_000,
): Promise<string> {
  const { hostname, port } = new URL(endpoint);
  return new Promise((resolve, reject) => {
    const socket: Socket = connect({ port: Number(port), host: hostname, allowHalfOpen: true });
    socket.setNoDelay(true);
    let received = "";
    const finish = (): void => {
      socket.destroy();
      resolve(received);
    };
    const send = async (): Promise<void> => {
      for (const piece of pieces) {
        if (socket.destroyed) return;
        socket.write(piece);
        await turn();
      }
      socket.end();
    };
    socket.setTimeout(patience, finish);
    socket.on("connect", () => void send());
    socket.on("end", () => socket.destroy());
    socket.on("data", (chunk) => (received += chunk.toString("latin1")));
    socket.on("error", (error: NodeJS.ErrnoException) => {
      // Who is refused in the middle of what he says may find nobody who listens.
      if (error.code !== "EPIPE" && error.code !== "ECONNRESET") reject(error);
    });
    socket.on("close", finish);
  });
}
