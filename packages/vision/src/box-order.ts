/**
 * Which of many boxes overlap another one: a crowd has thousands of boxes, and each overlaps a few. Numbers and functions
 * alone: what is compiled for objects that a picture makes, or for functions that callers make, is thrown away with them.
 */
import { type Box, overlap } from "./boxes.js";

/** Boxes by their left edges: first the edges, each as {@link edgeOf} tells it, then the index of each one's box. */
export type BoxOrder = Float64Array;

/** Left edges are told apart to so many parts of a pixel. */
const parts = 16;

function edgeOf(left: number): number {
  return Math.floor(left * parts);
}

/** The order of the boxes. */
export function orderOf(boxes: readonly Box[]): BoxOrder {
  const { length } = boxes;
  // Edge and index as one number, so that no function has to compare them.
  const joined = new Float64Array(length);
  for (let index = 0; index < length; index++)
    joined[index] = edgeOf(boxes[index]!.left) * length + index;
  joined.sort();
  const order = new Float64Array(2 * length);
  for (let place = 0; place < length; place++) {
    const edge = Math.floor(joined[place]! / length);
    order[place] = edge;
    order[length + place] = joined[place]! - edge * length;
  }
  return order;
}

/** The first place of a box that may overlap another by `least`, intersection over union, above 0. */
export function firstNear(order: BoxOrder, { left, right }: Box, least: number): number {
  // What both share is at least this part of each one's width.
  return placeOf(order, edgeOf(left - (right - left) * (1 / least - 1)));
}

/** The place behind the last one that may. */
export function endNear(order: BoxOrder, { left, right }: Box, least: number): number {
  return placeOf(order, edgeOf(right - least * (right - left)) + 1);
}

/** The first place of that edge, or of one right of it. */
function placeOf(order: BoxOrder, edge: number): number {
  let [from, to] = [0, order.length / 2];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (order[middle]! < edge) from = middle + 1;
    else to = middle;
  }
  return from;
}

/** The index of the box in a place. */
export function indexAt(order: BoxOrder, place: number): number {
  return order[order.length / 2 + place]!;
}

/** Whether one of the boxes overlaps `box` by more than `most`, which is above 0. */
export function overlapsAny(
  box: Box,
  boxes: readonly Box[],
  order: BoxOrder,
  most: number,
): boolean {
  const end = endNear(order, box, most);
  for (let place = firstNear(order, box, most); place < end; place++)
    if (overlap(box, boxes[indexAt(order, place)]!) > most) return true;
  return false;
}
