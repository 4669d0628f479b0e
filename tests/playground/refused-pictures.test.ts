/** What the page shows of pictures that the server refuses. */
import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { photographs } from "../cli/running-server.js";
import { choose, greyPicture, startPlayground } from "./playground-page.js";

const { open } = startPlayground();
const [known, refused] = [photographs[0]!, photographs[2]!];
const refusedName = "sample3.jpg";

/** Has the server refuse one picture for a model. */
async function refuse(page: Page, file: string, model: string): Promise<void> {
  const bytes = readFileSync(file);
  await page.route(
    (url) => url.search.includes(model),
    async (route) => {
      const isRefused = route.request().postDataBuffer()?.equals(bytes) === true;
      const json = { error: { code: "InvalidImage", message: "No such picture." } };
      await (isRefused ? route.fulfill({ status: 400, json }) : route.continue());
    },
  );
}

/** The number in the view's words on how many faces there are. */
const told = async (page: Page, words: RegExp) =>
  Number(/\d+/.exec((await page.getByText(words).textContent())!)![0]);

describe("a picture that is refused when the page looks again", () => {
  it.each([
    ["group", 0, /faces so far/],
    ["similar", 1, /faces to search/],
  ] as const)(
    "is named with its reason, counts no more, and can be taken out of %s",
    async (view, input, words) => {
      const page = await open();
      await page.locator(`#tab-${view}`).click();
      const panel = page.locator(`#panel-${view}`);
      await choose(page, view, input, [known, refused]);
      await page.getByText(words).waitFor();
      const before = await told(page, words);
      await refuse(page, refused, "recognition_01");
      await panel.getByLabel("Recognition model").selectOption("recognition_01");
      const left = panel.locator(".refused li");
      await left.waitFor();
      expect(await left.textContent()).toContain(
        `${refusedName}: 400 InvalidImage No such picture.`,
      );
      expect(await told(page, words)).toBeLessThan(before);

      const shown = page.getByRole("alert").getByText(refusedName);
      await shown.waitFor();
      await panel.getByRole("button", { name: `Remove ${refusedName}` }).click();
      await left.waitFor({ state: "detached" });
      const asked: string[] = [];
      page.on("request", (request) => asked.push(request.url()));
      await panel.getByLabel("Recognition model").selectOption("recognition_03");
      await shown.waitFor({ state: "detached" });
      await page.locator(".progress").waitFor({ state: "hidden" });
      expect(asked.filter((url) => url.includes("/detect")).length).toBe(1);
      await page.context().close();
    },
  );

  it("leaves its side of Compare empty but for its name, until it is looked at again or taken out", async () => {
    const page = await open();
    await page.getByRole("tab", { name: "Compare" }).click();
    const panel = page.locator("#panel-compare");
    await choose(page, "compare", 0, known);
    await panel.locator(".face-button").first().waitFor();
    await choose(page, "compare", 1, refused);
    await panel.locator(".verdict-title").waitFor();
    await refuse(page, refused, "recognition_01");
    await panel.getByLabel("Recognition model").selectOption("recognition_01");
    const left = panel.locator(".side").nth(1).locator(".refused li");
    await left.waitFor();
    expect(await left.textContent()).toContain(refusedName);
    expect(await panel.locator(".side").nth(1).locator(".face-button").count()).toBe(0);

    await page.unrouteAll();
    await panel.getByRole("button", { name: "Look again" }).click();
    await panel.locator(".verdict-title").waitFor();
    expect(await left.count()).toBe(0);
    await page.context().close();
  });

  it("is in the set once when it is chosen again", async () => {
    const page = await open();
    await page.getByRole("tab", { name: "Group" }).click();
    const panel = page.locator("#panel-group");
    await choose(page, "group", 0, [known, refused]);
    const words = /faces so far/;
    await page.getByText(words).waitFor();
    await refuse(page, refused, "recognition_01");
    await panel.getByLabel("Recognition model").selectOption("recognition_01");
    await panel.locator(".refused li").waitFor();
    const before = await told(page, words);
    await page.unrouteAll();
    await choose(page, "group", 0, refused);
    await panel.locator(".refused li").waitFor({ state: "detached" });
    expect(await told(page, words)).toBeGreaterThan(before);
    const asked: string[] = [];
    page.on("request", (request) => asked.push(request.url()));
    const looks = () => asked.filter((url) => url.includes("/detect")).length;
    await panel.getByLabel("Recognition model").selectOption("recognition_03");
    // The pictures are grouped once all have been looked at; an earlier group may be asked for in between.
    await expect.poll(() => looks() >= 2 && asked.at(-1)!.endsWith("/group")).toBe(true);
    expect(looks()).toBe(2);
    await page.context().close();
  });
});

describe("refusals", () => {
  it("name the pictures that they are about, those alike together", async () => {
    const page = await open();
    await page.getByRole("tab", { name: "Group" }).click();
    const buffer = await greyPicture(8);
    await page
      .locator("#panel-group input[type=file]")
      .first()
      .setInputFiles(
        Array.from({ length: 7 }, (_, index) => ({
          name: `tiny${index + 1}.png`,
          mimeType: "image/png",
          buffer,
        })),
      );
    const card = page.getByRole("alert").locator(".failure");
    // Two are looked at at a time: either may be refused first.
    await card.getByText(/^(tiny\d\.png, ){4}tiny\d\.png and 2 more$/).click();
    await card.locator("li").getByText("tiny7.png").waitFor();
    expect(await card.count()).toBe(1);
    await page.context().close();
  });
});
