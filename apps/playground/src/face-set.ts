import { isRestError } from "@mien/client";
import { html } from "./elements.js";
import type { Models } from "./model-choice.js";
import { faceCuts, type Picture } from "./picture.js";
import type { Page } from "./view.js";

/** A face that can be compared. */
export interface KnownFace {
  readonly faceId: string;
  /** What is shown of it, in one place at a time. */
  readonly cut: HTMLCanvasElement;
  readonly label: string;
}

/** Pictures that are compared with others, and the faces that the chosen models find in them. */
export class FaceSet {
  #pictures: readonly Picture[] = [];
  #faces: readonly KnownFace[] = [];
  #refused: ReadonlyMap<Picture, unknown> = new Map();
  /** Counts what makes all faces of before worthless. */
  #round = 0;

  /** @param most faces that it holds; further ones are left out, and told of. */
  constructor(
    private readonly page: Page,
    private readonly models: () => Models,
    private readonly most = Infinity,
  ) {}

  get faces(): readonly KnownFace[] {
    return this.#faces;
  }

  /** The pictures that were taken before and refused when they were looked at again, each with the reason. */
  get refused(): ReadonlyMap<Picture, unknown> {
    return this.#refused;
  }

  /**
   * Adds pictures. Those that the server refuses are left out again: people choose them once more when it takes them.
   * @returns false when other pictures or models were chosen before they were looked at.
   */
  async add(pictures: readonly Picture[]): Promise<boolean> {
    for (const former of this.#refused.keys())
      if (pictures.some((picture) => areAlike(picture, former))) this.remove(former);
    this.#pictures = [...this.#pictures, ...pictures];
    return this.#look(pictures, "leave out what is refused");
  }

  /** Puts a picture in the place of all. @returns as {@link add}. */
  replace(picture: Picture): Promise<boolean> {
    this.#pictures = [];
    this.#beginRound();
    return this.add([picture]);
  }

  /** Faces of another model are other faces: all pictures are looked at once more. @returns as {@link add}. */
  lookAgain(): Promise<boolean> {
    this.#beginRound();
    return this.#look(this.#pictures, "keep what is refused");
  }

  /** @returns as {@link add}. */
  lookAtRefused(): Promise<boolean> {
    const pictures = [...this.#refused.keys()];
    // A second click finds none to look at.
    this.#refused = new Map();
    return this.#look(pictures, "keep what is refused");
  }

  /** Takes out a picture that was refused. */
  remove(refused: Picture): void {
    this.#pictures = this.#pictures.filter((picture) => picture !== refused);
    this.#refused = new Map([...this.#refused].filter(([picture]) => picture !== refused));
  }

  #beginRound(): void {
    this.#round += 1;
    this.#faces = [];
    this.#refused = new Map();
  }

  async #look(
    pictures: readonly Picture[],
    then: "keep what is refused" | "leave out what is refused",
  ): Promise<boolean> {
    if (pictures.length === 0) return false;
    const round = this.#round;
    const isNewest = () => round === this.#round;
    const found = await this.page.busy("Looking for faces", () =>
      detectAll(this.page, pictures, this.models(), isNewest),
    );
    if (found === undefined || !isNewest()) return false;
    const looked = new Set(pictures);
    // What was taken out meanwhile stays out.
    const still = new Set(this.#pictures);
    this.#refused = new Map([
      ...[...this.#refused].filter(([picture]) => !looked.has(picture)),
      ...[...found.refused].filter(([picture]) => still.has(picture)),
    ]);
    if (then === "leave out what is refused") found.refused.forEach((_, one) => this.remove(one));
    const faces = pictures.flatMap((picture) =>
      still.has(picture) ? (found.faces.get(picture) ?? []) : [],
    );
    const all = [...this.#faces, ...faces];
    this.#faces = all.slice(0, this.most);
    const left = all.length - this.#faces.length;
    if (left > 0)
      this.page.fail(
        new Error(
          `The server takes at most ${this.most} faces: ${left} more ${left === 1 ? "was" : "were"} left out.`,
        ),
      );
    if (faces.length === 0 && found.refused.size === 0)
      for (const { name } of pictures) this.page.fail(new Error("No face found."), name);
    return true;
  }
}

/** Whether they are the same file, as far as a page can tell. */
function areAlike(one: Picture, other: Picture): boolean {
  return one.name === other.name && one.upload.size === other.upload.size;
}

/**
 * Two pictures at a time. A picture that the server refuses is told of and passed over; a key that it refuses is not tried
 * with the rest.
 * @param isNewest whether anybody still asks.
 * @returns the faces of each picture, and the pictures that were refused, each with the reason.
 */
async function detectAll(
  page: Page,
  pictures: readonly Picture[],
  models: Models,
  isNewest: () => boolean,
): Promise<{
  readonly faces: ReadonlyMap<Picture, readonly KnownFace[]>;
  readonly refused: ReadonlyMap<Picture, unknown>;
}> {
  const found = new Map<Picture, readonly KnownFace[]>();
  const refused = new Map<Picture, unknown>();
  let next = 0;
  let done = 0;
  let keyRefusal: unknown;
  const refuse = (picture: Picture, error: unknown) => {
    refused.set(picture, error);
    page.fail(error, picture.name);
  };
  const work = async () => {
    for (let index = next++; index < pictures.length; index = next++) {
      const picture = pictures[index]!;
      try {
        const faces = await page.session.client.detect(picture.upload, {
          ...models,
          returnFaceId: true,
          faceIdTimeToLive: 3600,
        });
        const label = (rank: number) =>
          faces.length > 1 ? `#${rank + 1} ${picture.name}` : picture.name;
        const cuts = await faceCuts(picture, faces, label);
        found.set(
          picture,
          faces.map(({ faceId }, rank) => ({
            faceId: faceId!,
            cut: cuts[rank]!,
            label: label(rank),
          })),
        );
      } catch (error) {
        if (!isNewest()) return;
        refuse(picture, error);
        if (isRestError(error) && error.statusCode === 401) keyRefusal = error;
      }
      if (!isNewest() || keyRefusal !== undefined) return;
      done += 1;
      if (pictures.length > 1) page.announce(`${done} of ${pictures.length} pictures…`);
    }
  };
  await Promise.all([work(), work()]);
  if (keyRefusal !== undefined && isNewest())
    for (const picture of pictures)
      if (!refused.has(picture) && !found.has(picture)) refuse(picture, keyRefusal);
  return { faces: found, refused };
}

/** What a call brings that names a face which the server knows no more. */
export type Forgotten = "forgotten";

/**
 * Faces expire an hour after they were found, and may be erased: a page that is left open has to look again.
 * @returns the call's answer, or "forgotten" where it failed for that reason.
 */
export async function unlessForgotten<Answer>(call: Promise<Answer>): Promise<Answer | Forgotten> {
  try {
    return await call;
  } catch (error) {
    if (isRestError(error) && error.code === "FaceNotFound") return "forgotten";
    throw error;
  }
}

/** A face among others, with what is said of it. */
export function faceItem({ cut, label }: KnownFace, ...words: string[]): HTMLElement {
  return html(
    "li",
    {},
    cut,
    ...words.map((word) => html("span", { class: "small" }, word)),
    html("span", { class: "muted small ellipsis", title: label }, label),
  );
}
