import { at } from "../../errors/at.ts";
import type { Node } from "../node.ts";
import { dims, sizeOf } from "../shape.ts";
import { constant } from "./leaf.ts";
import { reshape } from "./shape_movement.ts";
import { pad, slice } from "./slice_pad.ts";

/**
 * Elements `start`, `start + step`, ... along an axis, `count` of them; zero where the axis has none. A change of index
 * alone: nothing is stored, and nothing between the elements is computed.
 */
export function strided(x: Node, axis: number, start: number, step: number, count: number): Node {
  const [outer, inner] = [x.shape.slice(0, axis), x.shape.slice(axis + 1)];
  const line = stretch(reshape(x, [sizeOf(outer), at(x.shape, axis), sizeOf(inner)]), start, count * step);
  const tiles = reshape(line, [sizeOf(outer), count, step, sizeOf(inner)]);
  return reshape(slice(tiles, [0, 0, 0, 0], [sizeOf(outer), count, 1, sizeOf(inner)]), [...outer, count, ...inner]);
}

/** Elements `start` to `start + count - 1` of the middle axis of three; zero where it has none. */
function stretch(x: Node, start: number, count: number): Node {
  const [outer, length, inner] = dims(x.shape, 3);
  const [from, to] = [Math.max(start, 0), Math.min(start + count, length)];
  if (from >= to) return constant(0, [outer, count, inner]);
  return pad(slice(x, [0, from, 0], [outer, to - from, inner]), [0, from - start, 0], [0, start + count - to, 0]);
}
