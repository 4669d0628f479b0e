/**
 * Which of many boxes overlap another one: a crowd has thousands of boxes, and each overlaps a few. Numbers and functions
 * alone: what is compiled for objects that a picture makes, or for functions that callers make, is thrown away with them.
 */
import { type Box, overlap } from "./boxes.js";

/** Boxes by their left edges: in each place {@link edgeOf} the box, times the number of boxes, plus its index. */
export type BoxOrder = Float64Array;

/** Left edges are told apart to so many parts of a pixel. */
const parts = 16;

function edgeOf(left: number): number {
  return Math.floor(left * parts);
}

/** The order of the boxes. */
export function orderOf(boxes: readonly Box[]): BoxOrder {
  const order = new Float64Array(boxes.length);
  for (let index = 0; index < boxes.length; index++)
    order[index] = edgeOf(boxes[index]!.left) * boxes.length + index;
  return order.sort();
}

/** The first place of a box that may overlap another by `least`, intersection over union, above 0. */
export function firstNear(order: BoxOrder, { left, right }: Box, least: number): number {
  // What both share is at least this part of each one's width.
  const from = edgeOf(left - (right - left) * (1 / least - 1)) * order.length;
  let [low, high] = [0, order.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (order[middle]! < from) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Of the last one: what is below it, from {@link firstNear} on, may overlap. */
export function lastNear(order: BoxOrder, { left, right }: Box, least: number): number {
  return (edgeOf(right - least * (right - left)) + 1) * order.length;
}

/** The index of the box in a place. */
export function indexAt(order: BoxOrder, place: number): number {
  const value = order[place]!;
  return value - Math.floor(value / order.length) * order.length;
}

/** Whether one of the boxes overlaps `box` by more than `most`, which is above 0. */
export function overlapsAny(
  box: Box,
  boxes: readonly Box[],
  order: BoxOrder,
  most: number,
): boolean {
  const last = lastNear(order, box, most);
  for (let place = firstNear(order, box, most); order[place]! < last; place++)
    if (overlap(box, boxes[indexAt(order, place)]!) > most) return true;
  return false;
}
