/** Each example is built as a user would build it and run against the real server. */
import { execFile, spawn } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import { build } from "esbuild";
import { chromium } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { chromiumOptions } from "../tests/playground/chromium.js";
import { photographs, startServer, type RunningServer } from "../tests/cli/running-server.js";

// Below the examples, so that packages resolve as they do for a user of the workspace.
const folder = mkdtempSync(join(import.meta.dirname, "built-"));
let server: RunningServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await server.stop();
});
const run = promisify(execFile);
const environment = () => ({
  ...process.env,
  FACE_ENDPOINT: server.endpoint,
  FACE_KEY: server.key,
});

async function built(name: string, platform: "node" | "browser" = "node"): Promise<string> {
  const outfile = join(folder, `${name}.js`);
  await build({
    entryPoints: [join(import.meta.dirname, name, `${name}.ts`)],
    outfile,
    bundle: true,
    format: "esm",
    platform,
    ...(platform === "node" ? { packages: "external" as const, target: "node20" } : {}),
  });
  return outfile;
}

it("photo-sorter tells who is in which photograph", async () => {
  const album = join(folder, "album");
  mkdirSync(album);
  copyFileSync(photographs[5]!, join(album, "one.jpg"));
  copyFileSync(photographs[5]!, join(album, "two.jpg"));
  const { stdout } = await run(process.execPath, [await built("photo-sorter"), album], {
    env: environment(),
  });
  expect(stdout).toMatch(/^Person 1: one\.jpg, two\.jpg$/m);
  expect(stdout).toMatch(/^Seen once: \d+ faces$/m);
});

it("verify-route compares two uploads and refuses what is no face", async () => {
  const child = spawn(process.execPath, [await built("verify-route")], { env: environment() });
  const address = await new Promise<string>((resolve, reject) => {
    child.stdout.once("data", (chunk: Buffer) => resolve(chunk.toString().trim()));
    child.once("exit", () => reject(new Error("the route ended")));
  });
  const post = async (one: Blob, other: Blob) => {
    const form = new FormData();
    form.set("one", one, "one.jpg");
    form.set("other", other, "other.jpg");
    const response = await fetch(`${address}/verify`, { method: "POST", body: form });
    return [response.status, await response.json()] as const;
  };
  const [first, second] = [photographs[0]!, photographs[4]!].map(
    (path) => new Blob([readFileSync(path)]),
  );
  expect(await post(first!, first!)).toMatchObject([200, { isIdentical: true }]);
  expect(await post(first!, second!)).toMatchObject([200, { isIdentical: false }]);
  expect((await post(first!, new Blob(["x".repeat(2000)])))[0]).toBe(422);
  child.kill();
});

it("azure-quick-start runs Microsoft's client", async () => {
  const { stdout } = await run(
    process.execPath,
    [await built("azure-quick-start"), photographs[2]!],
    {
      env: environment(),
    },
  );
  expect(stdout.trim().split("\n").length).toBeGreaterThanOrEqual(3);
  expect(stdout).toMatch(/^face at \d+,\d+, \d+x\d+, yaw -?\d+(\.\d+)?$/m);
});

it("browser-page marks faces in a real browser", async () => {
  const script = await built("browser-page", "browser");
  // The page is of another origin than the service.
  const pages = createServer((request, response) => {
    const isScript = request.url!.startsWith("/browser-page.js");
    response.setHeader("content-type", isScript ? "text/javascript" : "text/html");
    response.end(
      readFileSync(isScript ? script : join(import.meta.dirname, "browser-page/index.html")),
    );
  });
  await new Promise<void>((resolve) => pages.listen(0, "127.0.0.1", resolve));
  const browser = await chromium.launch(chromiumOptions);
  try {
    const page = await browser.newPage();
    const { port } = pages.address() as AddressInfo;
    const query = new URLSearchParams({ endpoint: server.endpoint, key: server.key });
    await page.goto(`http://127.0.0.1:${port}/?${query}`);
    await page.setInputFiles("#picture", photographs[2]!);
    await page.waitForFunction(() => document.querySelector("output")!.value !== "");
    expect(await page.locator("output").textContent()).toMatch(/^[3-9] faces$/);
  } finally {
    await browser.close();
    pages.closeAllConnections();
    pages.close();
  }
});
