import { expect, it } from "vitest";
import { readSettings } from "../settings.js";

it("pages that may call are named by their origins, all of them or none", () => {
  const origins = (text: string) => readSettings({ origins: text }, {}).origins;
  expect(origins("")).toBe("*");
  expect(origins("off")).toEqual([]);
  expect(origins("https://Album.example/, http://localhost:8080")).toEqual([
    "https://album.example",
    "http://localhost:8080",
  ]);
});
