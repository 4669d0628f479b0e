/** Addresses of pictures: every spelling of what must not be read, spoilt. */
import { ContractError } from "@mien/contract/errors";
import { AllowList, pictureAddress } from "@mien/server/url-input/picture-address";
import { isPublicAddress } from "@mien/server/url-input/public-address";
import type { Input, InputKind } from "../input.js";
import { mutateText, oddString } from "../mutations.js";
import type { Random } from "../random.js";

const seeds = [
  "http://127.0.0.1:80/picture.jpg",
  "http://[::ffff:7f00:1]/picture.jpg?a=b#c",
  "https://user:secret@10.0.0.1:8443/",
  "http://0x7f.1/",
  "http://2130706433/",
  "http://[64:ff9b::127.0.0.1]/",
  "ftp://192.168.0.1/",
  "data:image/png;base64,AAAA",
  "//169.254.169.254/latest/",
];

function spelledByte(random: Random, value: number): string {
  return random.pick([String(value), `0x${value.toString(16)}`, `0${value.toString(8)}`]);
}

function address(random: Random): string {
  if (random.chance(0.3)) return random.pick(seeds);
  const bytes = [random.pick([0, 10, 127, 169, 172, 192, 224, 255]), ...random.bytes(3)];
  return `http://${bytes.map((byte) => spelledByte(random, byte)).join(".")}:${random.below(70_000)}/`;
}

/** Whether the address is let through to a name or an address that is public; then it is not sent. */
function leadsOutside(url: string): boolean {
  try {
    const { hostname } = pictureAddress(url, new AllowList([]));
    const literal = hostname.replace(/^\[|\]$/g, "");
    if (/^[\d.]+$|:/.test(literal) && !isPublicAddress(literal))
      throw new Error(`${url} was let through`);
    return true;
  } catch (error) {
    if (error instanceof ContractError) return false;
    throw error;
  }
}

export const urlInputs: InputKind = {
  name: "url",
  share: 190,
  make(random): Input {
    let url = "http://127.0.0.1/";
    for (let attempt = 0; attempt < 8; attempt++) {
      const whole = address(random);
      const candidate = random.chance(0.2)
        ? oddString(random)
        : random.chance(0.7)
          ? mutateText(random, whole)
          : whole;
      if (!leadsOutside(candidate)) {
        url = candidate;
        break;
      }
    }
    return {
      form: "call",
      path: "/face/v1.2/detect",
      contentType: "application/json; charset=utf-8",
      body: Buffer.from(JSON.stringify({ url })),
    };
  },
};
