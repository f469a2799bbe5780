import { at } from "../errors/at.ts";
import { assertKind, isList, type Kind, list } from "../errors/checks.ts";
import { ShapeError } from "../errors/errors.ts";
import { formatShape, type Shape } from "../graph/shape.ts";

/** What layers expect of their options and of the shapes of a sample, with errors that name the layer. */

export const layer: Kind = {
  says: "a layer, such as nn.linear(2)",
  is: (value) => typeof Object(value).apply === "function" && typeof Object(value).outputShape === "function",
};

export const networkKind: Kind = {
  says: "a network, such as nn.mlp([2, 64, 2])",
  is: (value) => typeof Object(value).apply === "function" && isList(Object(value).inputShape),
};

/** @throws OptionError for anything but an array of layers. */
export function assertLayers(where: string, name: string, layers: unknown): void {
  assertKind(where, name, layers, list);
  for (const [i, given] of layers.entries()) assertKind(where, `${name}[${i}]`, given, layer);
}

/** Arguments of a layer as they are now: what the caller does with these lists and objects later changes nothing. */
export function own<Value>(value: Value): Value {
  if (Array.isArray(value)) return value.map(own) as Value;
  if (value === null || typeof value !== "object" || Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, own(part)])) as Value;
}

/** @throws ShapeError unless `count` is a whole number of at least 1: "linear: 0 outputs; give ...". */
export function assertCount(layer: string, count: number, things: string): void {
  if (Number.isInteger(count) && count >= 1) return;
  throw new ShapeError(`${layer}: ${count} ${things}; give a whole number of at least 1.`);
}

/** Rows, columns and channels of a sample. @throws ShapeError for one that is not an image. */
export function imageShape(layer: string, input: Shape): readonly [height: number, width: number, channels: number] {
  const [height, width, channels, ...more] = input;
  if (channels !== undefined && height !== undefined && width !== undefined && more.length === 0) {
    return [height, width, channels];
  }
  throw new ShapeError(
    `${layer}: it takes images [H, W, C], and is given ${formatShape(input)}; put reshape([H, W, C]) before it.`,
  );
}

/** Channels of a vector or an image. @throws ShapeError for other samples. */
export function channelsOf(layer: string, input: Shape): number {
  if (input.length === 1 || input.length === 3) return at(input, input.length - 1);
  throw new ShapeError(
    `${layer}: it takes vectors [C] or images [H, W, C], and is given ${formatShape(input)}; put a reshape before it.`,
  );
}

/** @throws ShapeError if `count` channels can't be cut into so many equal groups. */
export function assertDivides(
  layer: string,
  groups: number,
  count: number,
  parts = "groups",
  things = "channels",
): void {
  if (count % groups === 0) return;
  throw new ShapeError(
    `${layer}: ${count} ${things} can't be cut into ${groups} equal ${parts}; make one a multiple of the other.`,
  );
}
