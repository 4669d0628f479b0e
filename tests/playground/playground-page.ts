/** A server and a browser for the tests of one file, and what people do on the page. */
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { chromium, type Browser, type BrowserContextOptions, type Page } from "playwright-core";
import sharp from "sharp";
import { afterAll, afterEach, beforeAll, expect } from "vitest";
import { startServer, type RunningServer } from "../cli/running-server.js";
import { chromiumOptions } from "./chromium.js";

/** What a test puts into a page, to let go what it holds there. */
interface Holding {
  readonly held: { readonly decoded: number; readonly letGo: () => void };
}
export interface Playground {
  /** There once the tests run. */
  readonly server: RunningServer;
  /** What the page should never do: fail in a script, or ask another origin for anything. Each test ends without any. */
  incidents: string[];
  readonly open: (
    options?: BrowserContextOptions & { key?: string; endpoint?: string },
  ) => Promise<Page>;
}

/** Call it once, outside of tests. */
export function startPlayground(): Playground {
  let server: RunningServer;
  let browser: Browser;
  beforeAll(async () => {
    // A machine with other work to do refuses pictures otherwise, and the page says so.
    server = await startServer({ MIEN_MAX_WAIT: "60000" });
    browser = await chromium.launch(chromiumOptions);
  });
  afterAll(async () => {
    await browser.close();
    await server.stop();
  });
  afterEach(() => {
    expect(playground.incidents).toEqual([]);
  });
  const playground: Playground = {
    get server() {
      return server;
    },
    incidents: [],
    async open(options = {}) {
      playground.incidents = [];
      const { incidents } = playground;
      const { key = server.key, endpoint = server.endpoint, ...contextOptions } = options;
      const context = await browser.newContext(contextOptions);
      // Chromium alone may need half a minute for the largest pictures on a slow machine.
      context.setDefaultTimeout(120_000);
      const page = await context.newPage();
      page.on("pageerror", (error) => incidents.push(error.message));
      page.on("console", (message) => {
        if (/Content Security Policy/i.test(message.text())) incidents.push(message.text());
      });
      page.on("request", (request) => {
        const url = new URL(request.url());
        if (url.protocol.startsWith("http") && url.origin !== endpoint)
          incidents.push(request.url());
      });
      await page.goto(`${endpoint}/${key === "" ? "" : `#key=${key}`}`);
      await page.getByRole("tab", { name: "Detect" }).waitFor();
      return page;
    },
  };
  return playground;
}

/** A grey picture without a face. The service refuses files below 1 KB, such as one of 8 × 8 pixels. */
export function greyPicture(side: number): Promise<Buffer> {
  return sharp({ create: { width: side, height: side, channels: 3, background: "grey" } })
    .png({ compressionLevel: 0 })
    .toBuffer();
}

export const choose = (
  page: Page,
  panel: string,
  index: number,
  files: string | readonly string[],
): Promise<void> =>
  page.locator(`#panel-${panel} input[type=file]`).nth(index).setInputFiles([files].flat());

/** Pastes files as Ctrl-V does. */
export const paste = (page: Page, ...files: readonly string[]): Promise<void> =>
  page.evaluate(
    (files) => {
      const clipboardData = new DataTransfer();
      for (const { data, name } of files) {
        const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
        clipboardData.items.add(new File([bytes], name, { type: "image/jpeg" }));
      }
      document.dispatchEvent(new ClipboardEvent("paste", { clipboardData }));
    },
    files.map((file) => ({ data: readFileSync(file).toString("base64"), name: basename(file) })),
  );

/** Keeps a page from decoding one picture, by its place among those from now on, until it is let go, and counts them. */
export async function holdDecoding(page: Page, place: number) {
  await page.evaluate((place) => {
    const decode = createImageBitmap as (...input: unknown[]) => Promise<ImageBitmap>;
    const held = { decoded: 0, letGo: (): void => undefined };
    const released = new Promise<void>((resolve) => (held.letGo = resolve));
    Object.assign(globalThis, {
      held,
      createImageBitmap: async (...input: unknown[]) => {
        held.decoded += 1;
        if (held.decoded === place) await released;
        return decode(...input);
      },
    });
  }, place);
  return {
    decoded: () => page.evaluate(() => (globalThis as unknown as Holding).held.decoded),
    begun: () =>
      page.waitForFunction(
        (place) => (globalThis as unknown as Holding).held.decoded >= place,
        place,
      ),
    async letGo(): Promise<void> {
      await page.evaluate(() => (globalThis as unknown as Holding).held.letGo());
      // For the page to take note of it, and to do what follows.
      await page.waitForTimeout(300);
      await page.locator(".progress").waitFor({ state: "hidden" });
    },
  };
}
