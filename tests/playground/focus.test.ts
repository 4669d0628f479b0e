/** Where the focus is after what takes away the control that had it: people who work by keyboard go on from there. */
import type { Page } from "playwright-core";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { photographs } from "../cli/running-server.js";
import { choose, paste, startPlayground } from "./playground-page.js";

const { open } = startPlayground();

/** What has the focus: its name, or else its words. */
const focused = (page: Page) =>
  page.evaluate(() => {
    const element = document.activeElement!;
    return element.getAttribute("name") ?? (element.id || element.tagName);
  });

/** A page that shows a refusal of a picture that was chosen on Detect. */
async function refused({ focused = true } = {}): Promise<Page> {
  const page = await open();
  await page.route(/\/detect/, (route) =>
    route.fulfill({ status: 400, json: { error: { code: "InvalidImage", message: "No." } } }),
  );
  if (focused) await page.locator("#panel-detect input[type=file]").first().focus();
  await choose(page, "detect", 0, photographs[0]!);
  await page.getByRole("alert").getByText("No.", { exact: true }).waitFor();
  return page;
}

describe("the focus", () => {
  it("stays at the face of Compare that was chosen, where its picture is looked at a second time", async () => {
    const page = await open();
    await page.getByRole("tab", { name: "Compare" }).click();
    const panel = page.locator("#panel-compare");
    await choose(page, "compare", 0, photographs[0]!);
    await panel.locator(".face-button").first().waitFor();
    await choose(page, "compare", 1, photographs[0]!);
    await panel.locator(".verdict-title").waitFor();
    let asked = 0;
    await page.route(/\/verify/, (route) => {
      asked += 1;
      const json = { error: { code: "FaceNotFound", message: "Face is not found." } };
      return asked === 1 ? route.fulfill({ status: 404, json }) : route.continue();
    });
    const face = panel.locator(".side").nth(1).locator(".face-button").nth(2);
    const former = await face.elementHandle();
    await face.press("Enter");
    await former.waitForElementState("hidden");
    await page.locator(".progress").waitFor({ state: "hidden" });
    expect(await face.evaluate((element) => element === document.activeElement)).toBe(true);
    expect(await face.getAttribute("aria-pressed")).toBe("true");
    await page.context().close();
  });

  it("goes back to where it was when a failure is dismissed", async () => {
    const page = await refused();
    await page.getByRole("button", { name: "Dismiss" }).focus();
    await page.keyboard.press("Enter");
    expect(await page.getByRole("alert").textContent()).toBe("");
    await expect.poll(() => focused(page)).toBe("files");
    await page.context().close();
  });

  it("goes to the content where nothing had it before a failure is dismissed", async () => {
    const page = await refused({ focused: false });
    await page.getByRole("button", { name: "Dismiss" }).press("Enter");
    await expect.poll(() => focused(page)).toBe("content");
    await page.context().close();
  });

  it("goes back to where it was when a picture is pasted at a failure", async () => {
    const page = await refused();
    await page.unrouteAll();
    await page.getByRole("button", { name: "Dismiss" }).focus();
    await paste(page, photographs[2]!);
    await page.locator("#panel-detect .face-card").first().waitFor();
    await expect.poll(() => focused(page)).toBe("files");
    await page.context().close();
  });

  it("goes back to where it was when the key is entered from a failure", async () => {
    const page = await open({ key: "" });
    await page.locator("#panel-detect input[type=file]").first().focus();
    await choose(page, "detect", 0, photographs[0]!);
    await page.getByRole("button", { name: "Enter the key" }).press("Enter");
    await page.getByLabel("Key", { exact: true }).fill("some key");
    await page.keyboard.press("Enter");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await expect.poll(() => focused(page)).toBe("files");
    await page.context().close();
  });

  it("stays at the button that pasted", async () => {
    const page = await open({ permissions: ["clipboard-read", "clipboard-write"] });
    const png = sharp(photographs[2]).resize(600).png();
    const data = (await png.toBuffer()).toString("base64");
    await page.bringToFront();
    await page.evaluate(async (data) => {
      const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
      const blob = new Blob([bytes], { type: "image/png" });
      await navigator.clipboard.write([new ClipboardItem({ "image/png": blob })]);
    }, data);
    await page.locator("#panel-detect").getByRole("button", { name: "Paste" }).press("Enter");
    await page.locator("#panel-detect .face-card").first().waitFor();
    await expect.poll(() => focused(page)).toBe("paste");
    await page.context().close();
  });

  it("stays at a summary of a call that is answered anew", async () => {
    const page = await open();
    await choose(page, "detect", 0, photographs[2]!);
    await page.locator("#panel-detect .face-card").first().waitFor();
    const panel = page.locator("#panel-detect");
    const former = await panel.locator(".exchange").elementHandle();
    await panel.locator(".exchange summary").click();
    await panel.getByLabel("Detection model").selectOption("detection_02");
    await panel.locator(".exchange summary").focus();
    await former.waitForElementState("hidden");
    await panel.locator(".exchange").waitFor();
    await expect.poll(() => focused(page)).toBe("SUMMARY");
    // What was opened to be read stays open.
    expect(await panel.locator(".exchange").getAttribute("open")).not.toBeNull();
    await page.context().close();
  });
});
