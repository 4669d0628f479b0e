/** sRGB's own profile is told from others, and leaving it out changes no pixel. */
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { decodePicture } from "./decode.js";
import { isSrgbProfile } from "./srgb-profile.js";

const photograph = (): Promise<Buffer> =>
  readFile(
    fileURLToPath(
      new URL("../../../node_modules/@vladmandic/face-api/demo/sample1.jpg", import.meta.url),
    ),
  );
const profileOf = async (file: Buffer): Promise<Buffer> => (await sharp(file).metadata()).icc!;

describe("isSrgbProfile", () => {
  it("knows the profile that cameras write, and that of the decoder", async () => {
    const file = await photograph();
    expect(isSrgbProfile(await profileOf(file))).toBe(true);
    const own = await sharp(file).withIccProfile("srgb").jpeg().toBuffer();
    expect(isSrgbProfile(await profileOf(own))).toBe(true);
  });

  it("knows a profile that also has tables of several dimensions for something else", async () => {
    const profile = Buffer.from(await profileOf(await photograph()));
    // A tag that says nothing of colours takes the name of one that does.
    const copyright = profile.indexOf("cprt", 132);
    expect(copyright).toBeLessThan(132 + 12 * profile.readUInt32BE(128));
    for (const name of ["A2B0", "B2A1"]) {
      profile.write(name, copyright, "latin1");
      expect(isSrgbProfile(profile), name).toBe(false);
    }
    profile.write("A3B0", copyright, "latin1");
    expect(isSrgbProfile(profile)).toBe(true);
  });

  it("knows Display P3 and damaged profiles for something else", async () => {
    const file = await photograph();
    const wide = await sharp(file).withIccProfile("p3").jpeg().toBuffer();
    expect(isSrgbProfile(await profileOf(wide))).toBe(false);
    const profile = await profileOf(file);
    for (const length of [0, 20, 130, 200, 800]) {
      expect(isSrgbProfile(profile.subarray(0, length))).toBe(false);
    }
  });
});

describe("a photograph with sRGB's own profile", () => {
  it("is decoded to the pixels that the conversion would give", async () => {
    const file = await photograph();
    const converted = await sharp(file).raw().toBuffer();
    const { picture } = await decodePicture(file);
    expect(Buffer.compare(Buffer.from(picture.data), converted)).toBe(0);
  });
});
