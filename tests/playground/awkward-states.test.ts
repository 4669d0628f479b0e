/** What the page shows of much, of nothing, and of what goes wrong. */
import { randomUUID } from "node:crypto";
import { appendFileSync, copyFileSync, mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { photographs } from "../cli/running-server.js";
import { choose, greyPicture, startPlayground } from "./playground-page.js";

const { open } = startPlayground();

/** Has the server find so many faces in each picture. */
const findFaces = (page: Page, count: number) =>
  page.route(/\/detect/, (route) =>
    route.fulfill({
      json: Array.from({ length: count }, (_, index) => ({
        faceId: randomUUID(),
        faceRectangle: { left: (index % 12) * 120, top: 90, width: 70, height: 80 },
      })),
    }),
  );

describe("a hundred faces", () => {
  it("leave the answer of Compare in reach", async () => {
    const page = await open({ viewport: { width: 1280, height: 860 } });
    await findFaces(page, 100);
    await page.getByRole("tab", { name: "Compare" }).click();
    await choose(page, "compare", 0, photographs[2]!);
    await page.locator("#panel-compare .face-button").nth(99).waitFor();
    const height = await page.evaluate(() => document.documentElement.scrollHeight);
    expect(height).toBeLessThan(2 * 860);
    await page.context().close();
  });

  it("have their numbers within their tags", async () => {
    const page = await open();
    await findFaces(page, 100);
    await choose(page, "detect", 0, photographs[2]!);
    const last = page.locator("#panel-detect .overlay .face").last();
    await last.waitFor();
    const [tag, words] = await last.evaluate((face) =>
      [".tag", "text"].map((part) => face.querySelector<SVGGraphicsElement>(part)!.getBBox().width),
    );
    expect(words).toBeLessThan(tag!);
    await page.context().close();
  });
});

describe("no face", () => {
  it.each([
    ["group", 0],
    ["similar", 1],
  ] as const)("in many pictures is told of on %s", async (view, input) => {
    const page = await open();
    await page.locator(`#tab-${view}`).click();
    const buffer = await greyPicture(300);
    const grey = (name: string) => ({ name, mimeType: "image/png", buffer });
    await page
      .locator(`#panel-${view} input[type=file]`)
      .nth(input)
      .setInputFiles([grey("one.png"), grey("two.png")]);
    await page.getByRole("alert").getByText("No face found.").waitFor();
    await page.getByRole("alert").getByText("one.png, two.png").waitFor();
    // What was counted while the page worked does not read as a result.
    await expect.poll(() => page.getByRole("status").textContent()).toBe("");
    await page.context().close();
  });
});

describe("a key that is refused", () => {
  it("is not tried with all pictures of a folder, and each is named", async () => {
    const page = await open({ key: "" });
    let asked = 0;
    page.on("request", (request) => {
      if (request.url().includes("/detect")) asked += 1;
    });
    await page.getByRole("tab", { name: "Group" }).click();
    await choose(page, "group", 0, photographs.slice(0, 5));
    await page
      .getByRole("alert")
      // Two are looked at at a time: either may be refused first.
      .getByText(/^sample[12]\.jpg, sample[12]\.jpg, sample3\.jpg, sample4\.jpg, sample5\.jpg$/)
      .waitFor();
    expect(asked).toBeLessThanOrEqual(2);
    await page.context().close();
  });
});

describe("a file", () => {
  it("that was changed after it was chosen is told of", async () => {
    const page = await open();
    const file = join(mkdtempSync(join(tmpdir(), "mien-changing-")), "changing.jpg");
    copyFileSync(photographs[2]!, file);
    await choose(page, "detect", 0, file);
    await page.locator("#panel-detect .face-card").first().waitFor();
    appendFileSync(file, "more");
    await page.getByRole("checkbox", { name: "headPose", exact: true }).click();
    await page.getByRole("alert").getByText("Choose it again.").waitFor();
    await page.context().close();
  });

  it("with a long name leaves its place among those in turn to be seen on a phone", async () => {
    const page = await open({ viewport: { width: 390, height: 844 }, isMobile: true });
    const buffer = readFileSync(photographs[2]!);
    const file = (name: string) => ({ name, mimeType: "image/jpeg", buffer });
    await page
      .locator("#panel-detect input[type=file]")
      .first()
      .setInputFiles([file(`${"long_name_".repeat(20)}.jpg`), file("other.jpg")]);
    const place = page.getByText("1 of 2");
    await place.waitFor();
    const box = await place.boundingBox();
    expect(box!.x + box!.width).toBeLessThan(390);
    expect(await place.evaluate((element) => element.scrollWidth - element.clientWidth)).toBe(0);
    await page.context().close();
  });
});

describe("fast clicks", () => {
  it("open one camera, and take one picture", async () => {
    const page = await open();
    await page.evaluate(() => {
      navigator.mediaDevices.getUserMedia = async () => {
        await new Promise((resolve) => setTimeout(resolve, 300));
        const canvas = document.createElement("canvas");
        canvas.width = 640;
        canvas.height = 480;
        canvas.getContext("2d")!.fillRect(0, 0, 640, 480);
        return canvas.captureStream(5);
      };
    });
    await page.getByRole("tab", { name: "Group" }).click();
    const panel = page.locator("#panel-group");
    await panel.getByRole("button", { name: "Camera" }).dblclick();
    await page.getByRole("dialog").first().waitFor();
    await page.waitForTimeout(600);
    expect(await page.getByRole("dialog").count()).toBe(1);
    await page.waitForFunction(() => document.querySelector("video")!.videoWidth > 0);
    let asked = 0;
    await page.route(/\/detect/, (route) => {
      asked += 1;
      return route.fulfill({ json: [] });
    });
    await page.getByRole("button", { name: "Take the picture" }).dblclick();
    await page.getByRole("alert").getByText("No face found.").waitFor();
    await page.waitForTimeout(500);
    expect(asked).toBe(1);
    await page.context().close();
  });
});
