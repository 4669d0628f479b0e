/** The page in a real browser against the real server: what a person does with a mouse, with a keyboard, and on a phone. */
import { execFile } from "node:child_process";
import { randomBytes, randomUUID } from "node:crypto";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { chromium, type Page } from "playwright-core";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { mienScript, photographs } from "../cli/running-server.js";
import { chromiumOptions, otherHost } from "./chromium.js";
import { choose, greyPicture, holdDecoding, paste, startPlayground } from "./playground-page.js";

interface AxeRun {
  run(): Promise<{
    violations: { id: string; nodes: { html: string; failureSummary?: string }[] }[];
  }>;
}
declare const axe: AxeRun;
const axeSource = readFileSync(
  createRequire(import.meta.url).resolve("axe-core/axe.min.js"),
  "utf8",
);

const playground = startPlayground();
const { open } = playground;

/** A folder with one photograph and a file that is none. */
function albumFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "mien-album-"));
  copyFileSync(photographs[0]!, join(folder, "photograph.jpg"));
  writeFileSync(join(folder, "notes.txt"), "no picture");
  return folder;
}

/** The faces of all pages, as an hour takes them. */
const eraseFaces = () =>
  promisify(execFile)(process.execPath, [
    mienScript,
    ...["store", "erase", "--tenant", "default", "--data-dir", playground.server.dataDirectory],
  ]);

/** Keeps calls whose address has a word from being answered until they are let go. */
async function holdCalls(page: Page, word: string) {
  const pattern = (url: URL): boolean => url.search.includes(word);
  let letGo = (): void => undefined;
  const released = new Promise<void>((resolve) => (letGo = resolve));
  await page.route(pattern, async (route) => {
    await released;
    await route.continue();
  });
  const asked = page.waitForRequest((request) => pattern(new URL(request.url())));
  return {
    asked,
    async letGo(): Promise<void> {
      const answered = page.waitForResponse((response) => pattern(new URL(response.url())));
      letGo();
      await (await answered).finished();
      // For the page to take note of it, and to do what follows.
      await page.waitForTimeout(300);
      await page.locator(".progress").waitFor({ state: "hidden" });
    },
  };
}

/** Faults that axe finds, each with its element. Its script is evaluated by the debugger, which no policy stops. */
async function accessibilityFaults(page: Page): Promise<string[]> {
  await page.evaluate(axeSource);
  const { violations } = await page.evaluate(() => axe.run());
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
}

describe("detect", () => {
  it("draws the faces of a picture and tells of each", async () => {
    const page = await open();
    await choose(page, "detect", 0, photographs[2]!);
    const cards = page.locator("#panel-detect .face-card");
    await cards.first().waitFor();
    const faces = await cards.count();
    expect(faces).toBeGreaterThanOrEqual(3);
    expect(await page.locator(".overlay .rectangle").count()).toBe(faces);
    expect(await page.locator(".overlay circle").count()).toBe(faces * 27);
    expect(await page.locator(".overlay .axis").count()).toBe(faces * 3);
    const facts = await cards.first().locator(".facts").textContent();
    expect(facts).toMatch(/Head posepitch -?\d+\.\d°, yaw -?\d+\.\d°, roll -?\d+\.\d°/);
    expect(facts).toMatch(/faceId[0-9a-f]{8}-/);
    await page.context().close();
  });

  it("shows the call as it went over the wire, with a program and a command that hold no key", async () => {
    const page = await open();
    await choose(page, "detect", 0, photographs[2]!);
    await page.locator("#panel-detect .exchange summary").click();
    const text = (await page.locator("#panel-detect .exchange").textContent())!;
    expect(text).toContain("detectionModel=detection_03");
    expect(text).toContain('"faceRectangle"');
    expect(text).toContain("curl -s '");
    expect(text).toContain('from "@mien/client"');
    expect(text).not.toContain(playground.server.key);
    await page.context().close();
  });

  it("shows its own call, whatever other views call before its faces are cut out", async () => {
    const page = await open();
    // The picture is decoded to be read, and then for its faces, which waits.
    const held = await holdDecoding(page, 2);
    await choose(page, "detect", 0, photographs[2]!);
    await held.begun();
    await page.getByRole("tab", { name: "Group" }).click();
    await choose(page, "group", 0, photographs[0]!);
    await page.locator("#panel-group .face-grid li").first().waitFor();
    await held.letGo();
    const shown = page.locator("#panel-detect .exchange");
    await shown.waitFor({ state: "attached" });
    expect(await shown.textContent()).toContain("returnFaceAttributes=headPose");
    await page.context().close();
  });

  it("shows no call and tells no number of faces where the server does not answer", async () => {
    const page = await open();
    await choose(page, "detect", 0, photographs[2]!);
    const image = page.locator("#panel-detect .stage img");
    const alternative = () => image.getAttribute("alt");
    await expect.poll(alternative).toMatch(/^sample3\.jpg: \d faces found$/);
    expect(await page.locator("#panel-detect .exchange").count()).toBe(1);
    await page.route(/\/detect/, (route) => route.abort());
    await page.locator("#panel-detect").getByLabel("Detection model").selectOption("detection_01");
    await page.getByRole("alert").getByText("The server does not answer.").waitFor();
    await expect.poll(alternative).toBe("sample3.jpg");
    expect(await page.locator("#panel-detect .exchange").count()).toBe(0);
    await page.context().close();
  });

  it("offers only the attributes that the chosen models give, and asks for those chosen", async () => {
    const page = await open();
    const box = (name: string) => page.getByRole("checkbox", { name, exact: true });
    expect(await box("glasses").isDisabled()).toBe(true);
    await page.locator("#panel-detect").getByLabel("Detection model").selectOption("detection_01");
    expect(await box("glasses").isDisabled()).toBe(false);
    expect(await box("mask").isDisabled()).toBe(true);
    await page.locator("#panel-detect").getByLabel("Detection model").selectOption("detection_02");
    expect(await box("headPose").isDisabled()).toBe(true);
    const asked = page.waitForRequest(/\/detect/);
    await choose(page, "detect", 0, photographs[2]!);
    expect(new URL((await asked).url()).search).toBe(
      "?detectionModel=detection_02&recognitionModel=recognition_04&returnFaceId=true",
    );
    await page.context().close();
  });

  it("offers retired attributes with every model that has attributes, and says which model lacks one", async () => {
    const page = await open();
    const panel = page.locator("#panel-detect");
    await page.getByText("More", { exact: true }).click();
    const age = page.getByRole("checkbox", { name: "age", exact: true });
    expect(await age.isDisabled()).toBe(false);
    await panel.getByLabel("Recognition model", { exact: true }).selectOption("recognition_01");
    expect(await panel.locator(".parameters > p").textContent()).toBe(
      "Not with detection_03: glasses, occlusion, accessories, blur, exposure, noise. detection_01 answers most of them. Not with recognition_01: qualityForRecognition.",
    );
    await panel.getByLabel("Detection model").selectOption("detection_02");
    expect(await age.isDisabled()).toBe(true);
    await page.context().close();
  });

  it("shows what was asked for last, whatever is answered last", async () => {
    const page = await open();
    await choose(page, "detect", 0, photographs[2]!);
    const points = page.locator("#panel-detect .overlay circle");
    await points.first().waitFor();
    const held = await holdCalls(page, "detection_01");
    const model = page.locator("#panel-detect").getByLabel("Detection model");
    await model.selectOption("detection_01");
    await held.asked;
    // It gives no landmarks.
    await model.selectOption("detection_02");
    await expect.poll(() => points.count()).toBe(0);
    await held.letGo();
    expect(await points.count()).toBe(0);
    await page.context().close();
  });

  it.each([
    ["in a low window", { width: 1280, height: 480 }],
    ["on a phone", { width: 375, height: 700 }],
  ])("leaves the page where it is when faces are found and chosen, %s", async (_name, viewport) => {
    const page = await open({ viewport });
    const scrolled = () => page.evaluate(() => scrollY);
    const cards = page.locator("#panel-detect .face-card");
    await choose(page, "detect", 0, photographs[2]!);
    await cards.first().waitFor();
    expect(await scrolled()).toBe(0);

    const box = page.getByRole("checkbox", { name: "headPose", exact: true });
    await box.scrollIntoViewIfNeeded();
    const former = await cards.first().elementHandle();
    const place = async () => (await box.boundingBox())!.y;
    const before = await place();
    await box.click();
    await former.waitForElementState("hidden");
    await page.locator(".progress").waitFor({ state: "hidden" });
    // Only as far as the facts of a face, now without its pose, are shorter.
    expect(Math.abs((await place()) - before)).toBeLessThan(60);

    // The list alone shows the face that is chosen in the picture.
    await page.setViewportSize({ ...viewport, height: 420 });
    const list = page.locator("#panel-detect .face-list");
    const offset = await scrolled();
    await page.locator(".overlay .face").last().dispatchEvent("click");
    const [shown, card] = [await list.boundingBox(), await cards.last().boundingBox()];
    expect(card!.y).toBeGreaterThanOrEqual(shown!.y - 1);
    expect(card!.y).toBeLessThan(shown!.y + shown!.height);
    expect(await list.evaluate((element) => element.scrollTop)).toBeGreaterThan(0);
    expect(await scrolled()).toBe(offset);
    await page.context().close();
  });

  it("takes pictures that are dropped and pasted", async () => {
    const page = await open();
    const data = readFileSync(photographs[2]!).toString("base64");
    for (const type of ["drop", "paste"] as const) {
      const asked = page.waitForResponse(/\/detect/);
      await page.evaluate(
        ({ data, type }) => {
          const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
          const transfer = new DataTransfer();
          transfer.items.add(new File([bytes], "dropped.jpg", { type: "image/jpeg" }));
          if (type === "drop") {
            document
              .querySelector("#panel-detect .drop-zone")!
              .dispatchEvent(new DragEvent("drop", { dataTransfer: transfer, bubbles: true }));
          } else {
            document.dispatchEvent(new ClipboardEvent("paste", { clipboardData: transfer }));
          }
        },
        { data, type },
      );
      expect((await asked).status()).toBe(200);
      await page.locator("#panel-detect .face-card").first().waitFor();
    }
    await page.context().close();
  });

  it("shows a refusal in the server's words, and asks for the key", async () => {
    const page = await open({ key: "" });
    await choose(page, "detect", 0, photographs[2]!);
    const alert = page.getByRole("alert");
    await alert.getByText("Access denied due to invalid subscription key").waitFor();
    await alert.getByRole("button", { name: "Enter the key" }).click();
    await page.getByLabel("Key", { exact: true }).fill(playground.server.key);
    await page.getByRole("button", { name: "Use this key" }).click();
    await choose(page, "detect", 0, photographs[2]!);
    await page.locator("#panel-detect .face-card").first().waitFor();
    expect(await alert.textContent()).toBe("");
    await page.context().close();
  });

  it("tells a refusal on a phone in lines that can be read", async () => {
    const page = await open({ key: "", viewport: { width: 320, height: 568 }, isMobile: true });
    await choose(page, "detect", 0, photographs[2]!);
    const words = page.getByRole("alert").getByText("Access denied due to invalid");
    await words.waitFor();
    expect((await words.boundingBox())!.height).toBeLessThan(300);
    expect(await page.getByRole("alert").getByRole("button").count()).toBe(2);
    await page.context().close();
  });

  it("takes no key of blanks alone, nor one that no header can carry", async () => {
    const page = await open({ key: "" });
    await page.getByRole("button", { name: "Enter key" }).click();
    // Blanks, and what sticks to a key that is copied from a text.
    for (const key of ["  ", `${playground.server.key}\u200b`, `“${playground.server.key}”`]) {
      await page.getByLabel("Key", { exact: true }).fill(key);
      await page.getByRole("button", { name: "Use this key" }).click();
      expect(await page.getByRole("dialog").isVisible(), key).toBe(true);
    }
    await page.getByLabel("Key", { exact: true }).fill(` ${playground.server.key} `);
    await page.getByRole("button", { name: "Use this key" }).click();
    await page.getByRole("button", { name: "Key set" }).waitFor();
    await page.context().close();
  });

  it("works where the browser lets no page store anything", async () => {
    const profile = mkdtempSync(join(tmpdir(), "mien-profile-"));
    mkdirSync(join(profile, "Default"));
    const blocked = { profile: { default_content_setting_values: { cookies: 2 } } };
    writeFileSync(join(profile, "Default/Preferences"), JSON.stringify(blocked));
    const context = await chromium.launchPersistentContext(profile, chromiumOptions);
    try {
      playground.incidents = [];
      const page = await context.newPage();
      page.on("pageerror", (error) => playground.incidents.push(error.message));
      await page.goto(playground.server.endpoint);
      const stored = page.evaluate(() => sessionStorage.length);
      await expect(stored).rejects.toThrow("Access is denied");
      await page.getByRole("button", { name: "Enter key" }).click();
      await page.getByLabel("Key", { exact: true }).fill(playground.server.key);
      await page.getByRole("button", { name: "Use this key" }).click();
      await choose(page, "detect", 0, photographs[2]!);
      await page
        .getByText(/\d faces/)
        .first()
        .waitFor();
    } finally {
      await context.close();
      rmSync(profile, { recursive: true, force: true });
    }
  });

  it("takes the key off the address", async () => {
    const page = await open();
    expect(page.url()).toBe(`${playground.server.endpoint}/`);
    await page.context().close();
  });

  it.each(["", "%E2%80%9Ckey%E2%80%9D"])(
    "keeps its key where the address has #key=%s",
    async (key) => {
      const page = await open();
      await page.goto("about:blank");
      await page.goto(`${playground.server.endpoint}/#key=${key}`);
      await page.getByRole("button", { name: "Key set" }).waitFor();
      expect(page.url()).toBe(`${playground.server.endpoint}/`);
      expect(await page.getByRole("alert").textContent()).toMatch(
        /^The key in this page's address was not used: .* The key from before is still in use\.$/,
      );
      await choose(page, "detect", 0, photographs[2]!);
      await page.locator("#panel-detect .face-card").first().waitFor();
      await page.context().close();
    },
  );

  it("takes a key from the address of a page that is open already", async () => {
    const page = await open({ key: "" });
    await choose(page, "detect", 0, photographs[2]!);
    const alert = page.getByRole("alert");
    await alert.getByText("Access denied due to invalid subscription key").waitFor();
    await page.evaluate((key) => (location.hash = `key=${key}`), playground.server.key);
    await page.getByRole("button", { name: "Key set" }).waitFor();
    await page.waitForURL(`${playground.server.endpoint}/`);
    expect(await alert.textContent()).toBe("");
    await choose(page, "detect", 0, photographs[2]!);
    await page.locator("#panel-detect .face-card").first().waitFor();

    await page.evaluate(() => (location.hash = "key=%E2%80%9Ckey%E2%80%9D"));
    await alert.getByText("The key from before is still in use.").waitFor();
    await page.waitForURL(`${playground.server.endpoint}/`);
    await page.context().close();
  });

  it("says that a key in the address cannot be used where there is none from before", async () => {
    const page = await open({ key: "%E2%80%9Ckey%E2%80%9D" });
    await page.getByRole("button", { name: "Enter key" }).waitFor();
    expect(await page.getByRole("alert").textContent()).toMatch(/ Enter the key by hand\.$/);
    await page.context().close();
  });

  it("says nothing of a key in the address that it takes", async () => {
    const page = await open();
    await page.getByRole("button", { name: "Key set" }).waitFor();
    expect(await page.getByRole("alert").textContent()).toBe("");
    await page.context().close();
  });

  it("tells of a file that is no picture", async () => {
    const page = await open();
    await choose(page, "detect", 0, import.meta.filename);
    await page.getByRole("alert").getByText("This is no picture").waitFor();
    await page.context().close();
  });
});

describe("pictures that fail", () => {
  it("keep the server's words, and the way to enter the key, where faces are compared", async () => {
    const page = await open({ key: "" });
    await page.getByRole("tab", { name: "Compare" }).click();
    await choose(page, "compare", 0, photographs[0]!);
    const alert = page.getByRole("alert");
    await alert.getByText("Access denied due to invalid subscription key").waitFor();
    await page.locator(".progress").waitFor({ state: "hidden" });
    expect(await alert.getByRole("button", { name: "Enter the key" }).count()).toBe(1);
    expect(await alert.textContent()).not.toContain("No face found");
    await page.context().close();
  });

  it("are told apart from a picture without a face", async () => {
    const page = await open();
    await page.getByRole("tab", { name: "Compare" }).click();
    await page
      .locator("#panel-compare input[type=file]")
      .first()
      .setInputFiles({ name: "grey.png", mimeType: "image/png", buffer: await greyPicture(300) });
    await page.getByRole("alert").getByText("No face found.").waitFor();
    await page.context().close();
  });

  it("are told of together, those alike once, until the next are chosen", async () => {
    const page = await open();
    await page.getByRole("tab", { name: "Group" }).click();
    const tiny = { name: "tiny.png", mimeType: "image/png", buffer: await greyPicture(8) };
    await page
      .locator("#panel-group input[type=file]")
      .first()
      .setInputFiles([
        { name: "notes.jpg", mimeType: "image/jpeg", buffer: Buffer.from("no picture") },
        tiny,
        { name: "good.jpg", mimeType: "image/jpeg", buffer: readFileSync(photographs[0]!) },
        tiny,
      ]);
    await page.locator("#panel-group .face-grid li").first().waitFor();
    const told = page.getByRole("alert").locator(".failure");
    expect(await told.allTextContents()).toEqual([
      "This is no picture that the browser can show.notes.jpg",
      expect.stringMatching(/Image size is too small\.tiny\.png, tiny\.png$/),
    ]);
    await choose(page, "group", 0, photographs[2]!);
    await told.first().waitFor({ state: "detached" });
    await page.context().close();
  });

  it("are in the set once when they are chosen again", async () => {
    const page = await open({ key: "" });
    await page.getByRole("tab", { name: "Group" }).click();
    const panel = page.locator("#panel-group");
    await choose(page, "group", 0, photographs[0]!);
    await page.getByRole("alert").getByRole("button", { name: "Enter the key" }).click();
    await page.getByLabel("Key", { exact: true }).fill(playground.server.key);
    await page.getByRole("button", { name: "Use this key" }).click();
    await choose(page, "group", 0, photographs[0]!);
    await panel.locator(".face-grid li").first().waitFor();
    // Another model's faces are looked for in all pictures of the set.
    let asked = 0;
    page.on("request", (request) => {
      if (request.url().includes("recognition_01")) asked += 1;
    });
    const grouped = page.waitForResponse((response) => response.url().endsWith("/group"));
    await panel.getByLabel("Recognition model").selectOption("recognition_01");
    expect((await grouped).status()).toBe(200);
    expect(asked).toBe(1);
    await page.context().close();
  });

  it("do not keep others from being pasted along", async () => {
    const page = await open();
    const data = readFileSync(photographs[2]!).toString("base64");
    await page.evaluate((data) => {
      const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
      const transfer = new DataTransfer();
      transfer.items.add(new File(["no picture"], "notes.jpg", { type: "image/jpeg" }));
      transfer.items.add(new File([bytes], "good.jpg", { type: "image/jpeg" }));
      document.dispatchEvent(new ClipboardEvent("paste", { clipboardData: transfer }));
    }, data);
    await page.locator("#panel-detect .face-card").first().waitFor();
    await page.getByRole("alert").getByText("notes.jpg").waitFor();
    await page.context().close();
  });

  /** Drops a folder as a person does. */
  async function dropFolder(page: Page, folder: string): Promise<void> {
    const box = (await page.locator("#panel-group .drop-zone").boundingBox())!;
    const debug = await page.context().newCDPSession(page);
    for (const type of ["dragEnter", "dragOver", "drop"] as const) {
      await debug.send("Input.dispatchDragEvent", {
        type,
        x: box.x + box.width / 2,
        y: box.y + box.height / 2,
        data: { items: [], files: [folder], dragOperationsMask: 1 },
      });
    }
  }

  it("do not keep the rest of a dropped folder from being looked at", async () => {
    const page = await open();
    await page.getByRole("tab", { name: "Group" }).click();
    // A test that runs as root may read all files: one that cannot be read is put beside the folder.
    await page.evaluate(() => {
      const getEntry = Object.getOwnPropertyDescriptor(
        DataTransferItem.prototype,
        "webkitGetAsEntry",
      )!.value as () => FileSystemEntry;
      DataTransferItem.prototype.webkitGetAsEntry = function () {
        const locked = {
          isFile: true,
          name: "locked.jpg",
          file: (_: unknown, reject: (error: Error) => void) => reject(new Error("locked")),
        };
        const below = [[locked, getEntry.call(this)], []];
        const readEntries = (resolve: (entries: unknown) => void) => resolve(below.shift());
        const folder: Partial<FileSystemEntry> = { isFile: false, isDirectory: true };
        return Object.assign(folder, {
          createReader: () => ({ readEntries }),
        }) as FileSystemEntry;
      };
    });
    await dropFolder(page, albumFolder());
    await page.locator("#panel-group .face-grid li").first().waitFor();
    expect(await page.getByRole("alert").textContent()).toBe("locked.jpg cannot be read.");
    await page.context().close();
  });

  it("are missed where a dropped folder has none", async () => {
    const page = await open();
    await page.getByRole("tab", { name: "Group" }).click();
    const folder = albumFolder();
    rmSync(join(folder, "photograph.jpg"));
    await dropFolder(page, folder);
    await page.getByRole("alert").getByText("There is no picture in that folder.").waitFor();
    await page.context().close();
  });
});

describe("pictures, as they are sent,", () => {
  /** Chooses it on Detect, and gives the status of the answer. */
  async function detectStatus(page: Page, name: string, mimeType: string, buffer: Buffer) {
    const answered = page.waitForResponse(/\/detect/);
    const file = { name, mimeType, buffer };
    await page.locator("#panel-detect input[type=file]").first().setInputFiles(file);
    return (await answered).status();
  }

  it("of more pixels than the service takes are shrunk, whatever few bytes they have", async () => {
    const page = await open();
    const grey = { width: 16_000, height: 4100, channels: 3, background: "grey" } as const;
    const png = await sharp({ create: grey }).png().toBuffer();
    expect(await detectStatus(page, "wide.png", "image/png", png)).toBe(200);
    await page.context().close();
  });

  it("of noise are shrunk until the service takes them", async () => {
    const page = await open();
    const raw = { width: 3000, height: 3000, channels: 3 } as const;
    const noise = randomBytes(raw.width * raw.height * raw.channels);
    const png = await sharp(noise, { raw }).png({ compressionLevel: 0 }).toBuffer();
    expect(await detectStatus(page, "noise.png", "image/png", png)).toBe(200);
    await page.context().close();
  });

  it.each(["webp", "avif"] as const)(
    "of %s are converted, whatever their names say",
    async (format) => {
      const page = await open();
      const buffer = await sharp(photographs[2]).resize(400).toFormat(format).toBuffer();
      expect(await detectStatus(page, "photograph.jpg", "image/jpeg", buffer)).toBe(200);
      await page.context().close();
    },
  );

  it.each([
    ["image/jpeg", () => sharp(photographs[2]).resize(400).jpeg().toBuffer()],
    ["image/png", () => greyPicture(300)],
    ["image/gif", () => sharp(photographs[2]).resize(400).gif().toBuffer()],
  ])("of %s are sent as they are, whatever their names say", async (_type, encode) => {
    const page = await open();
    const buffer = await encode();
    const asked = page.waitForRequest(/\/detect/);
    const file = { name: "photograph.webp", mimeType: "image/webp", buffer };
    await page.locator("#panel-detect input[type=file]").first().setInputFiles(file);
    // Two long buffers are not told apart in words: that takes minutes.
    expect((await asked).postDataBuffer()?.equals(buffer)).toBe(true);
    await page.context().close();
  });

  it.each([
    ["chosen", (page: Page) => choose(page, "group", 0, photographs[0]!)],
    ["of a chosen folder", (page: Page) => choose(page, "group", 1, albumFolder())],
    ["pasted", (page: Page) => paste(page, photographs[0]!)],
  ])("%s give a sign of life while they are read", async (_name, bring) => {
    const page = await open();
    await page.getByRole("tab", { name: "Group" }).click();
    const held = await holdDecoding(page, 1);
    await bring(page);
    await page.getByRole("status").getByText("Reading pictures…").waitFor();
    expect(await page.locator(".progress").isVisible()).toBe(true);
    await held.letGo();
    await page.locator("#panel-group .face-grid li").first().waitFor();
    await page.context().close();
  });

  it.each([
    ["Detect", "chosen", ".face-card"],
    ["Detect", "pasted", ".face-card"],
    ["Compare", "chosen", ".face-choice"],
    ["Similar", "chosen", ".face-choice"],
  ])("take no later one's place on %s, %s and read more slowly", async (tab, how, found) => {
    const page = await open();
    await page.getByRole("tab", { name: tab }).click();
    const view = tab.toLowerCase();
    const held = await holdDecoding(page, 1);
    if (how === "pasted") await paste(page, photographs[0]!);
    else await choose(page, view, 0, photographs[0]!);
    await held.begun();
    await choose(page, view, 0, photographs[2]!);
    await page.locator(`#panel-${view} ${found}`).first().waitFor();
    const asked: string[] = [];
    page.on("request", (request) => asked.push(request.url()));
    await held.letGo();
    expect(asked.filter((url) => url.includes("/detect"))).toEqual([]);
    await page.context().close();
  });

  it("are held as files: no decoded one is left, nor any address but that of the one shown", async () => {
    const page = await open();
    await page.evaluate(() => {
      const held = { bitmaps: 0, urls: 0 };
      const decode = createImageBitmap as (...input: unknown[]) => Promise<ImageBitmap>;
      const { close } = Object.getOwnPropertyDescriptors(ImageBitmap.prototype);
      const { createObjectURL, revokeObjectURL } = Object.getOwnPropertyDescriptors(URL);
      Object.assign(globalThis, {
        held,
        createImageBitmap: async (...input: unknown[]) => {
          held.bitmaps += 1;
          return decode(...input);
        },
      });
      ImageBitmap.prototype.close = function () {
        held.bitmaps -= 1;
        close.value!.call(this);
      };
      URL.createObjectURL = (blob) => {
        held.urls += 1;
        return createObjectURL.value!.call(URL, blob);
      };
      URL.revokeObjectURL = (url) => {
        if (url !== "") held.urls -= 1;
        revokeObjectURL.value!.call(URL, url);
      };
    });
    for (const photograph of photographs.slice(0, 2)) {
      await choose(page, "detect", 0, photograph);
      await page.locator(".face-card").first().waitFor();
    }
    await page.getByRole("tab", { name: "Group" }).click();
    await choose(page, "group", 0, photographs.slice(0, 3));
    await page.locator("#panel-group .face-grid li").first().waitFor();
    expect(await page.evaluate(() => (globalThis as unknown as { held: object }).held)).toEqual({
      bitmaps: 0,
      urls: 1,
    });
    await page.context().close();
  });
});

describe("over plain http from another machine", () => {
  const openThere = () =>
    open({ endpoint: playground.server.endpoint.replace("127.0.0.1", otherHost) });

  it("copies all the same", async () => {
    const page = await openThere();
    expect(await page.evaluate(() => "clipboard" in navigator)).toBe(false);
    await choose(page, "detect", 0, photographs[2]!);
    await page.locator("#panel-detect .exchange summary").click();
    const button = page.getByRole("button", { name: "Copy: curl" });
    await button.click();
    await button.getByText("Copied").waitFor();
    await page.getByRole("button", { name: "Key set" }).click();
    const field = page.getByLabel("Key", { exact: true });
    await field.press("Control+V");
    expect(await field.inputValue()).toMatch(/^curl -s 'http:.*--data-binary @photo\.jpg$/);
    await page.context().close();
  });

  it("says what may be copied by hand where the browser does not copy", async () => {
    const page = await openThere();
    await choose(page, "detect", 0, photographs[2]!);
    await page.locator("#panel-detect .exchange summary").click();
    await page.evaluate(() => void Object.assign(document, { execCommand: () => false }));
    const button = page.getByRole("button", { name: "Copy: curl" });
    await button.click();
    await button.getByText("Selected: copy it by keyboard").waitFor();
    expect(await page.evaluate(() => String(getSelection()))).toMatch(/^curl -s /);
    await page.context().close();
  });

  it("says why it cannot paste by itself, and what does", async () => {
    const page = await openThere();
    await page.locator("#panel-detect").getByRole("button", { name: "Paste" }).click();
    await page.getByRole("alert").getByText("press Ctrl-V").waitFor();
    await page.context().close();
  });
});

describe("the other views", () => {
  it("compare two faces, on a scale with the threshold", async () => {
    const page = await open();
    await page.getByRole("tab", { name: "Compare" }).click();
    await choose(page, "compare", 0, photographs[0]!);
    await page.locator("#panel-compare .face-button").first().waitFor();
    await choose(page, "compare", 1, photographs[0]!);
    await page.getByRole("heading", { name: "The same person" }).waitFor();
    await page.locator("#panel-compare .side").nth(1).locator(".face-button").nth(1).click();
    await page.getByRole("heading", { name: "Different people" }).waitFor();
    expect(await page.locator(".scale-place").getAttribute("aria-label")).toMatch(/threshold 0\.5/);
    await page.context().close();
  });

  it("compare again when another model is chosen, and tell how often strangers pass", async () => {
    const page = await open();
    await page.getByRole("tab", { name: "Compare" }).click();
    await choose(page, "compare", 0, photographs[0]!);
    await page.locator("#panel-compare .face-button").first().waitFor();
    await choose(page, "compare", 1, photographs[0]!);
    const panel = page.locator("#panel-compare");
    const told = panel.getByText(/At that threshold [\d.]+ % of pairs of strangers/);
    const before = await told.textContent();
    expect(await panel.locator(".scale-marks span").count()).toBe(5);
    const asked = page.waitForRequest(/recognition_01/);
    await panel.getByLabel("Recognition model").selectOption("recognition_01");
    await asked;
    await expect.poll(() => told.textContent()).not.toBe(before);
    await page.context().close();
  });

  it("show the call that compared, and ask again for the rates that did not come", async () => {
    const page = await open();
    const models = (url: URL): boolean => url.pathname === "/models";
    await page.route(models, (route) => route.fulfill({ status: 503, body: "" }));
    await page.getByRole("tab", { name: "Compare" }).click();
    await choose(page, "compare", 0, photographs[0]!);
    await page.locator("#panel-compare .face-button").first().waitFor();
    await choose(page, "compare", 1, photographs[0]!);
    const panel = page.locator("#panel-compare");
    await panel.locator(".verdict-title").waitFor();
    const told = panel.getByText(/At that threshold [\d.]+ % of pairs of strangers/);
    expect(await told.count()).toBe(0);
    expect(await panel.locator(".exchange").textContent()).toContain("/verify");
    await page.unroute(models);
    await panel.locator(".side").nth(1).locator(".face-button").nth(1).click();
    await told.waitFor();
    expect(await panel.locator(".exchange").textContent()).toContain("/verify");
    await page.context().close();
  });

  it("show the call that compared, whatever is called before its rates come", async () => {
    const page = await open();
    let letGo = (): void => undefined;
    const released = new Promise<void>((resolve) => (letGo = resolve));
    const models = (url: URL): boolean => url.pathname === "/models";
    await page.route(models, async (route) => {
      await released;
      await route.continue();
    });
    const asked = page.waitForRequest((request) => models(new URL(request.url())));
    await page.getByRole("tab", { name: "Compare" }).click();
    await choose(page, "compare", 0, photographs[0]!);
    await page.locator("#panel-compare .face-button").first().waitFor();
    await choose(page, "compare", 1, photographs[0]!);
    await asked;
    await page.getByRole("tab", { name: "Detect" }).click();
    await choose(page, "detect", 0, photographs[2]!);
    await page.locator("#panel-detect .face-card").first().waitFor();
    letGo();
    const shown = page.locator("#panel-compare .exchange");
    await shown.waitFor({ state: "attached" });
    expect(await shown.textContent()).toContain("/verify");
    await page.context().close();
  });

  it("find a face among those of many pictures, the most similar first", async () => {
    const page = await open();
    await page.getByRole("tab", { name: "Similar" }).click();
    await choose(page, "similar", 0, photographs[0]!);
    await page.locator("#panel-similar .face-choice").waitFor();
    await choose(page, "similar", 1, [photographs[0]!, photographs[2]!]);
    const found = page.locator("#panel-similar .face-grid li");
    await found.first().waitFor();
    await page.getByLabel("Mode", { exact: true }).selectOption("matchFace");
    await page.waitForFunction(
      () => document.querySelectorAll("#panel-similar .face-grid li").length > 4,
    );
    const confidences = (await found.locator("span:nth-of-type(1)").allTextContents()).map(Number);
    expect(confidences).toEqual([...confidences].sort((a, b) => b - a));
    await page.context().close();
  });

  it.each([
    ["Compare", [photographs[0]!], [photographs[0]!], ".verdict-title"],
    ["Similar", [photographs[0]!], [photographs[0]!, photographs[2]!], ".face-grid li"],
    ["Group", [photographs[0]!, photographs[2]!], [], ".face-grid li"],
  ] as const)(
    "%s answers for the model that was chosen last, whatever is answered last",
    async (tab, first, second, result) => {
      const page = await open();
      await page.getByRole("tab", { name: tab }).click();
      const panel = page.locator(`#panel-${tab.toLowerCase()}`);
      await choose(page, tab.toLowerCase(), 0, [...first]);
      if (second.length > 0) {
        await panel.locator(".face-choice").waitFor();
        await choose(page, tab.toLowerCase(), 1, [...second]);
      }
      await panel.locator(result).first().waitFor();
      const held = await holdCalls(page, "recognition_01");
      const model = panel.getByLabel("Recognition model");
      await model.selectOption("recognition_01");
      await held.asked;
      const again = page.waitForRequest(/recognition_03/);
      await model.selectOption("recognition_03");
      await again;
      await held.letGo();
      await panel.locator(result).first().waitFor();
      // Faces of two models cannot be compared: the server would say so.
      expect(await page.locator(".failure").allTextContents()).toEqual([]);
      await page.context().close();
    },
  );

  /** Views that ask about faces: their tab, what shows the answer, and where they ask. */
  const questions = [
    ["Compare", ".verdict-title", "/verify"],
    ["Similar", ".face-grid li", "/findsimilars"],
    ["Group", ".face-grid li", "/group"],
  ] as const;

  /** Such a view that shows an answer about one photograph. */
  async function answered(tab: string, result: string) {
    const page = await open();
    await page.getByRole("tab", { name: tab }).click();
    const view = tab.toLowerCase();
    const panel = page.locator(`#panel-${view}`);
    await choose(page, view, 0, photographs[0]!);
    if (view !== "group") {
      await panel.locator(".face-choice").waitFor();
      await choose(page, view, 1, photographs[0]!);
    }
    await panel.locator(result).first().waitFor();
    return { page, view, panel };
  }

  it.each(questions)(
    "%s shows no answer about other faces where a call fails",
    async (tab, result, path) => {
      const { page, view, panel } = await answered(tab, result);
      await page.route(
        (url) => url.pathname.endsWith(path),
        (route) => route.fulfill({ status: 401, json: { error: { code: "401", message: "No." } } }),
      );
      if (view === "compare") await panel.locator(".face-button").last().click();
      else await choose(page, view, view === "group" ? 0 : 1, photographs[2]!);
      await page.getByRole("alert").getByText("No.", { exact: true }).waitFor();
      await expect.poll(() => panel.locator(`${result}, .exchange`).count()).toBe(0);
      await page.context().close();
    },
  );

  it.each(questions)(
    "%s looks again for faces that the server knows no more",
    async (tab, result, path) => {
      const { page, view, panel } = await answered(tab, result);
      await eraseFaces();
      const statuses: number[] = [];
      page.on("response", (response) => {
        if (response.url().endsWith(path)) statuses.push(response.status());
      });
      if (view === "compare") await panel.locator(".side").nth(1).locator("button").nth(1).click();
      else if (view === "similar")
        await panel.getByLabel("Mode", { exact: true }).selectOption("matchFace");
      else await choose(page, view, 0, photographs[2]!);
      await expect.poll(() => statuses).toEqual([expect.any(Number), 200]);
      expect(statuses[0]).toBeGreaterThanOrEqual(400);
      await panel.locator(result).first().waitFor();
      expect(await page.getByRole("alert").textContent()).toBe("");
      if (view === "compare") {
        expect(await panel.locator(result).textContent()).toBe("Different people");
        const pressed = panel.locator(".side").nth(1).locator("button").nth(1);
        expect(await pressed.getAttribute("aria-pressed")).toBe("true");
      }
      await page.context().close();
    },
  );

  it.each([
    ["Compare", ".face-choice", "/verify", 404],
    ["Similar", ".face-choice", "/findsimilars", 400],
    ["Group", ".compact", "/group", 400],
  ])("%s looks again once only", async (tab, looked, path, status) => {
    const page = await open();
    const json = { error: { code: "FaceNotFound", message: "Face is not found." } };
    let asked = 0;
    await page.route(
      (url) => url.pathname.endsWith(path),
      (route) => {
        asked += 1;
        return route.fulfill({ status, json });
      },
    );
    await page.getByRole("tab", { name: tab }).click();
    const view = tab.toLowerCase();
    await choose(page, view, 0, photographs[0]!);
    await page.locator(`#panel-${view} ${looked}`).waitFor();
    if (view !== "group") await choose(page, view, 1, photographs[0]!);
    await page.getByRole("alert").getByText("Face is not found.").waitFor();
    await page.locator(".progress").waitFor({ state: "hidden" });
    expect(asked).toBe(2);
    await page.context().close();
  });

  it("say how many faces are more than the server takes", async () => {
    const page = await open();
    // A thousand faces of real pictures would be looked for all day.
    const faceRectangle = { left: 0, top: 0, width: 40, height: 40 };
    const faces = Array.from({ length: 1003 }, () => ({ faceId: randomUUID(), faceRectangle }));
    await page.route(/\/detect/, (route) => route.fulfill({ json: faces }));
    await page.getByRole("tab", { name: "Similar" }).click();
    await choose(page, "similar", 1, photographs[2]!);
    await page.getByText("1000 faces to search").waitFor();
    expect(await page.getByRole("alert").textContent()).toBe(
      "The server takes at most 1000 faces: 3 more were left out.",
    );
    await page.context().close();
  });

  it("sort the faces of pictures into people", async () => {
    const page = await open();
    await page.getByRole("tab", { name: "Group" }).click();
    // A folder, by the second of the two inputs; what is no picture in it is passed over.
    await choose(page, "group", 1, albumFolder());
    await page.locator("#panel-group .face-grid li").first().waitFor();
    await choose(page, "group", 0, photographs[0]!);
    // Everybody is in both pictures now.
    await page.getByRole("heading", { name: /^Person 3/ }).waitFor();
    await page.context().close();
  });
});

describe("for everybody", () => {
  it("the tabs work by keyboard", async () => {
    const page = await open();
    await page.getByRole("tab", { name: "Detect" }).focus();
    await page.keyboard.press("ArrowRight");
    expect(await page.getByRole("tab", { name: "Compare" }).getAttribute("aria-selected")).toBe(
      "true",
    );
    expect(await page.locator("#panel-compare").isVisible()).toBe(true);
    await page.keyboard.press("ArrowLeft");
    await page.keyboard.press("ArrowLeft");
    expect(await page.locator("#panel-group").isVisible()).toBe(true);
    await page.keyboard.press("Tab");
    await page.keyboard.press("Tab");
    expect(await page.evaluate(() => (document.activeElement as HTMLInputElement).type)).toBe(
      "file",
    );
    await page.context().close();
  });

  /** What has the focus: its `name`, its place among those of that name in the panel, and whether it is pressed. */
  const focused = (page: Page) =>
    page.evaluate(() => {
      const element = document.activeElement!;
      const name = element.getAttribute("name") ?? element.tagName;
      const alike = element.closest(".side, .panel")?.querySelectorAll(`[name="${name}"]`) ?? [];
      const pressed = element.getAttribute("aria-pressed");
      return { name, index: [...alike].indexOf(element), pressed };
    });

  it("a face that is chosen by keyboard keeps the focus", async () => {
    const page = await open();
    await page.getByRole("tab", { name: "Compare" }).click();
    await choose(page, "compare", 0, photographs[2]!);
    await page.locator("#panel-compare .face-button").first().waitFor();
    await page.locator("#panel-compare .face-button").nth(1).press("Enter");
    expect(await focused(page)).toEqual({ name: "face", index: 1, pressed: "true" });
    expect(await page.locator("#panel-compare [aria-pressed=true]").count()).toBe(1);
    await page.context().close();
  });

  it.each([
    ["detect", ".face-card"],
    ["compare", ".face-button"],
    ["similar", ".face-choice"],
    ["group", ".face-grid li"],
  ])("the focus stays at the control that brought a picture to %s", async (view, found) => {
    const page = await open();
    await page.locator(`#tab-${view}`).click();
    const panel = page.locator(`#panel-${view}`);
    await panel.locator("input[type=file]").first().focus();
    await choose(page, view, 0, photographs[2]!);
    await panel.locator(found).first().waitFor();
    expect(await focused(page)).toEqual({ name: "files", index: 0, pressed: null });
    await page.context().close();
  });

  it("the focus goes to where pictures come in when the faces it was at are gone", async () => {
    const page = await open();
    await page.getByRole("tab", { name: "Compare" }).click();
    await choose(page, "compare", 0, photographs[2]!);
    await page.locator("#panel-compare .face-button").first().focus();
    const grey = { name: "grey.png", mimeType: "image/png", buffer: await greyPicture(300) };
    await page.locator("#panel-compare input[type=file]").first().setInputFiles(grey);
    await page.getByRole("alert").getByText("No face found").waitFor();
    expect(await focused(page)).toMatchObject({ name: "SECTION" });
    await page.context().close();
  });

  const wide = { width: 1280, height: 860 };
  const narrow = { width: 360, height: 740 };
  it.each([
    ["light, wide", { colorScheme: "light", viewport: wide }],
    ["dark, wide", { colorScheme: "dark", viewport: wide }],
    [
      "light, on a phone",
      { colorScheme: "light", viewport: narrow, hasTouch: true, isMobile: true },
    ],
    ["dark, on a phone", { colorScheme: "dark", viewport: narrow, hasTouch: true, isMobile: true }],
  ] as const)("axe finds nothing, %s, and nothing runs off the side", async (_name, options) => {
    const page = await open(options);
    const check = async (state: string) => {
      expect(await accessibilityFaults(page), state).toEqual([]);
      const overflow = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      expect(overflow, state).toBeLessThanOrEqual(0);
    };
    await check("empty");
    await choose(page, "detect", 0, photographs[2]!);
    await page.locator("#panel-detect .face-card").first().waitFor();
    await page.locator("#panel-detect .exchange summary").click();
    await page.getByText("More", { exact: true }).click();
    await check("detect");
    await page.getByRole("tab", { name: "Compare" }).click();
    await choose(page, "compare", 0, photographs[2]!);
    await page.locator("#panel-compare .face-button").first().waitFor();
    await choose(page, "compare", 1, photographs[2]!);
    await page.locator(".verdict-title").waitFor();
    await check("compare");
    await page.getByRole("tab", { name: "Group" }).click();
    await choose(page, "group", 0, photographs[2]!);
    await page.locator("#panel-group .face-grid").first().waitFor();
    await check("group");
    await page.getByRole("button", { name: "Key set" }).click();
    await check("key");
    await page.context().close();
  });

  it("the page comes with a strict policy", async () => {
    playground.incidents = [];
    const response = await fetch(`${playground.server.endpoint}/`);
    const policy = response.headers.get("content-security-policy") ?? "";
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self'");
    expect(policy).not.toMatch(/unsafe|\*/);
  });
});
