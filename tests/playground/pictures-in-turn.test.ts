/** Several pictures where one is shown: they are read when their turn comes. */
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { photographs } from "../cli/running-server.js";
import { choose, holdDecoding, paste, startPlayground } from "./playground-page.js";

const { open } = startPlayground();
const shown = (page: Page) => page.locator("#panel-detect .stage img");
const turn = (page: Page, name: "Next" | "Previous") =>
  page.locator("#panel-detect").getByRole("button", { name, exact: true });
const facesOf = (page: Page, name: string) =>
  page.locator(`#panel-detect .stage img[alt^="${name}:"]`).waitFor();
const none = -1;

describe("many pictures on Detect", () => {
  it.each([
    ["pasted", (page: Page, files: readonly string[]) => paste(page, ...files)],
    ["chosen", (page: Page, files: readonly string[]) => choose(page, "detect", 0, files)],
  ])("that are %s are shown in turn, each decoded when it is shown", async (_how, bring) => {
    const page = await open();
    const decodings = await holdDecoding(page, none);
    await bring(page, photographs.slice(0, 4));
    await facesOf(page, "sample1.jpg");
    await page.getByText("sample1.jpg, 1 of 4").waitFor();
    // It is decoded to be read, and for the cuts of its faces.
    expect(await decodings.decoded()).toBe(2);

    await turn(page, "Next").press("Enter");
    await facesOf(page, "sample2.jpg");
    await page.getByText("sample2.jpg, 2 of 4").waitFor();
    expect(await decodings.decoded()).toBe(4);
    await page.keyboard.press("Enter");
    await facesOf(page, "sample3.jpg");

    await choose(page, "detect", 0, photographs.slice(0, 2));
    await facesOf(page, "sample1.jpg");
    await turn(page, "Previous").click();
    await facesOf(page, "sample2.jpg");
    await choose(page, "detect", 0, photographs[2]!);
    await facesOf(page, "sample3.jpg");
    expect(await turn(page, "Next").isVisible()).toBe(false);
    await page.context().close();
  });

  it("show the one that was asked for last, whichever is read last", async () => {
    const page = await open();
    await choose(page, "detect", 0, photographs.slice(0, 3));
    await facesOf(page, "sample1.jpg");
    const held = await holdDecoding(page, 1);
    await turn(page, "Next").click();
    await held.begun();
    await turn(page, "Next").click();
    await facesOf(page, "sample3.jpg");
    await held.letGo();
    expect(await shown(page).getAttribute("alt")).toContain("sample3.jpg");
    await page.context().close();
  });

  it("are told of and passed over where they are none", async () => {
    const page = await open();
    const bad = (name: string) => ({ name, mimeType: "image/jpeg", buffer: Buffer.from("none") });
    const input = page.locator("#panel-detect input[type=file]").first();
    await input.setInputFiles([bad("first.jpg"), bad("second.jpg")]);
    await page.getByRole("alert").getByText("second.jpg").waitFor();
    expect(await shown(page).count()).toBe(0);
    await page.context().close();
  });
});

describe("a place of one picture", () => {
  it("reads the first of many only", async () => {
    const page = await open();
    await page.getByRole("tab", { name: "Compare" }).click();
    const decodings = await holdDecoding(page, none);
    await paste(page, ...photographs.slice(0, 4));
    await page.locator("#panel-compare .verdict-title").waitFor();
    // Two pictures, each to be read, and for the cuts of its faces.
    expect(await decodings.decoded()).toBe(4);
    await page.context().close();
  });
});
