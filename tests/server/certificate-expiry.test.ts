/** A server tells its operator of a certificate that its callers refuse, or soon will. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readSettings } from "@mien/server/settings";
import { startServer } from "@mien/server/start-server";
import { generate } from "selfsigned";
import { afterAll, expect, it } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "mien-expiry-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const [certificate, key] = [join(folder, "cert.pem"), join(folder, "key.pem")];

const day = 86_400_000;

/** @returns what puts it in place, and the second of its end. */
async function certify(days: number): Promise<{ put: () => void; end: string }> {
  const notAfterDate = new Date(Date.now() + days * day);
  const pair = await generate([{ name: "commonName", value: "localhost" }], {
    keyType: "ec",
    notBeforeDate: new Date(Date.now() - 400 * day),
    notAfterDate,
  });
  const put = (): void => {
    writeFileSync(certificate, pair.cert);
    writeFileSync(key, pair.private);
  };
  return { put, end: `${notAfterDate.toISOString().slice(0, 19)}Z` };
}

it("says so once when it starts, and once when it reads the files again", async () => {
  const lines: string[] = [];
  const said = (): string[] => lines.filter((line) => line.includes(certificate));
  const [expired, soon, later] = [await certify(-1), await certify(13.9), await certify(14.1)];
  expired.put();
  const settings = readSettings(
    {
      port: "0",
      dataDirectory: join(folder, "data"),
      workers: "1",
      tlsCertificate: certificate,
      tlsKey: key,
    },
    {},
  );
  const server = await startServer(settings, {
    errorLines: { write: (line) => void lines.push(line) },
  });
  try {
    expect(said()).toEqual([
      `mien: certificate: ${certificate} has expired at ${expired.end}: callers refuse it\n`,
    ]);
    // Not in several steps: the server looks at the files by itself too.
    lines.length = 0;
    soon.put();
    server.reload();
    expect(said()).toEqual([`mien: certificate: ${certificate} expires at ${soon.end}\n`]);
    lines.length = 0;
    later.put();
    server.reload();
    expect(said()).toEqual([]);
    expect(lines).toContain("mien: certificate: read again\n");
  } finally {
    await server.close();
  }
});
