/** Faces that MTCNN's first two networks propose: P-Net over a pyramid of sizes, then R-Net. */
import { longerSide, type ScoredBox, scoredFrom } from "./boxes.js";
import { logitOf, probabilityOf } from "./log-odds.js";
import { judgeBoxes } from "./mtcnn-judges.js";
import type { PictureSizes } from "./picture-sizes.js";
import { copyTile, type Tile, tileCorners } from "./picture-tiles.js";
import type { RgbPicture } from "./rgb-picture.js";
import { batches, floats, type Sessions } from "./sessions.js";
import { suppress } from "./suppression.js";

/** P-Net's window and its step, pixels of its input. */
const window = 12;
const stride = 2;
/** Each size of the pyramid is this share of the one before. */
const pyramidStep = 0.709;
/** P-Net's logit from which a window is proposed. */
const proposalThreshold = logitOf(0.8);
const judgeThreshold = 0.5;
/** Bounds of the cost of foliage and crowds: boxes of one size, all boxes that R-Net sees, and those that it passes on. */
const most = { ofSize: 400, judged: 800, passed: 256 };
/** Side of the parts that P-Net sees at once, pixels: their layers stay in a core's own cache. */
const tileSide = 64;
/** Neighbours share what a window needs to stand at every step. */
const sharedByTiles = window - stride;
const windowsAlong = (tileSide - window) / stride + 1;
/** Tiles run at once. */
const mostTiles = 8;

/** How many times larger or smaller than the faces that a size shows a hint may be. */
const hintRatio = 2;

/** One size of the picture, which is made when it is looked at. */
interface Level {
  readonly width: number;
  readonly height: number;
  /** Picture pixels for each of its own. */
  readonly toPicture: { readonly x: number; readonly y: number };
}

/**
 * @param side long side of the largest size of the picture in which P-Net looks for faces of 12 pixels and more.
 * @param hints boxes that another network holds for possible; P-Net looks near those of about the size that it sees.
 * @returns R-Net's boxes with its scores, best first, pixels of the picture.
 */
export async function proposeByMtcnn(
  sessions: Sessions,
  sizes: PictureSizes,
  side: number,
  hints: readonly ScoredBox[],
): Promise<ScoredBox[]> {
  const windows = await windowsOf(sessions, sizes, levelsOf(sizes.original, side), hints);
  const proposals = suppress(windows.flat(), 0.7).slice(0, most.judged);
  const judged = await judgeBoxes(sessions, sizes.original, "rnet", proposals);
  const accepted = scoredFrom(judged, judgeThreshold);
  return suppress(accepted, 0.7).slice(0, most.passed);
}

/** The sizes of a picture that P-Net sees, the largest first. */
function levelsOf({ width, height }: RgbPicture, side: number): Level[] {
  const levels: Level[] = [];
  for (
    let scale = side / Math.max(width, height);
    Math.round(Math.min(width, height) * scale) >= window;
    scale *= pyramidStep
  ) {
    const [wide, high] = [Math.round(width * scale), Math.round(height * scale)];
    levels.push({ width: wide, height: high, toPicture: { x: width / wide, y: height / high } });
  }
  return levels;
}

/** Windows that P-Net takes for faces, by level, pixels of the picture. */
async function windowsOf(
  sessions: Sessions,
  sizes: PictureSizes,
  levels: readonly Level[],
  hints: readonly ScoredBox[],
): Promise<ScoredBox[][]> {
  const found: ScoredBox[][] = [];
  const seen: SeenTile[] = [];
  for (const level of levels) {
    const own: ScoredBox[] = [];
    found.push(own);
    const tiles = tilesToSee(level, hints);
    if (tiles.length === 0) continue;
    const picture = sizes.at(level.width, level.height);
    for (const tile of tiles) seen.push({ level, tile, picture, found: own });
  }
  await Promise.all(
    batches(seen.length, sessions.lanes, mostTiles).map(([first, size]) =>
      readTiles(sessions, seen.slice(first, first + size)),
    ),
  );
  return found.map(bestOfSize);
}

function bestOfSize(boxes: readonly ScoredBox[]): ScoredBox[] {
  return suppress(boxes, 0.5).slice(0, most.ofSize);
}

/** A tile of one level, and where the windows that look like faces go. */
interface SeenTile {
  readonly level: Level;
  readonly tile: Tile;
  readonly picture: RgbPicture;
  readonly found: ScoredBox[];
}

async function readTiles(sessions: Sessions, batch: readonly SeenTile[]): Promise<void> {
  const bytes = tileSide * tileSide * 3;
  const input = new Uint8Array(batch.length * bytes);
  for (const [i, { picture, tile }] of batch.entries())
    copyTile(picture, tile, tileSide, input.subarray(i * bytes, (i + 1) * bytes));
  const outputs = await sessions.run("pnet", input, [batch.length, tileSide, tileSide, 3]);
  const values = floats(outputs, "windows");
  const perTile = values.length / batch.length;
  for (const [i, { level, tile, found }] of batch.entries())
    readTile(values.subarray(i * perTile, (i + 1) * perTile), tile, level, found);
}

function tilesToSee(level: Level, hints: readonly ScoredBox[]): Tile[] {
  const near: ScoredBox[] = [];
  const face = window * Math.max(level.toPicture.x, level.toPicture.y);
  for (const hint of hints) {
    const ratio = longerSide(hint) / face;
    if (ratio < hintRatio && ratio > 1 / hintRatio) near.push(hint);
  }
  const tiles: Tile[] = [];
  if (near.length === 0) return tiles;
  for (const tile of tileCorners(level, tileSide, sharedByTiles))
    if (holdsCenter(tile, level, near)) tiles.push(tile);
  return tiles;
}

/** Whether the middle of any of the boxes lies in the tile or within a window of it. */
function holdsCenter(
  { left, top }: Tile,
  { toPicture }: Level,
  boxes: readonly ScoredBox[],
): boolean {
  for (const box of boxes) {
    const x = (box.left + box.right) / 2 / toPicture.x;
    const y = (box.top + box.bottom) / 2 / toPicture.y;
    if (
      x >= left - window &&
      x <= left + tileSide + window &&
      y >= top - window &&
      y <= top + tileSide + window
    )
      return true;
  }
  return false;
}

/** Collects the windows of one tile that look like faces. */
function readTile(
  values: Float32Array,
  { left, top }: Tile,
  { width, height, toPicture }: Level,
  found: ScoredBox[],
): void {
  const plane = windowsAlong * windowsAlong;
  const side = { x: window * toPicture.x, y: window * toPicture.y };
  const rows = windowsWithin(height - top);
  const columns = windowsWithin(width - left);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) {
      const at = row * windowsAlong + column;
      const logit = values[at]!;
      if (logit < proposalThreshold) continue;
      const x = (left + stride * column + 1) * toPicture.x;
      const y = (top + stride * row + 1) * toPicture.y;
      found.push({
        left: x + values[plane + at]! * side.x,
        top: y + values[2 * plane + at]! * side.y,
        right: x + (1 + values[3 * plane + at]!) * side.x,
        bottom: y + (1 + values[4 * plane + at]!) * side.y,
        score: probabilityOf(logit),
      });
    }
}

function windowsWithin(length: number): number {
  return Math.min(windowsAlong, Math.floor((length - window) / stride) + 1);
}
