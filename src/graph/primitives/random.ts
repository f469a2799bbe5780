import { ShapeError } from "../../errors/errors.ts";
import { makeNode, type Node, type Primitive } from "../node.ts";
import { assertShape, formatShape, type Shape } from "../shape.ts";
import { iota } from "./leaf.ts";
import { broadcast } from "./sum_broadcast.ts";

/**
 * Counter-based random numbers: Philox 4x32-10 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011)
 * with key (seed, 0) and counter (element, stream, count, 0). A value is a pure function of the four, so a replay gives
 * the same bits, and the backward pass can compute one again instead of storing it.
 */
export interface Key {
  /** u32 scalar. */
  readonly seed: Node;
  /** u32 scalar; it changes from run to run. */
  readonly count: Node;
}

type KeyInputs = readonly [seed: Node, count: Node];

export interface RandomAttributes {
  /** Keeps the random tensors of one graph apart. */
  readonly stream: number;
}

function random(name: string, cost: number, dtype: "f32" | "u32"): Primitive<RandomAttributes, KeyInputs> {
  const primitive: Primitive<RandomAttributes, KeyInputs> = {
    name,
    lowering: {
      kind: "indexed",
      cost,
      wgsl: (index, [seed, count], node) => `${name}_f32(${index}, ${node.attributes.stream}u, ${seed}, ${count})`,
    },
    vjp: () => [null, null],
    rebuild: ([seed, count], node) => make(primitive, { seed, count }, node.attributes.stream, node.shape, dtype),
  };
  return primitive;
}

function make(
  primitive: Primitive<RandomAttributes, KeyInputs>,
  key: Key,
  stream: number,
  shape: Shape,
  dtype: "f32" | "u32",
): Node {
  assertShape(primitive.name, shape);
  assertKey(primitive.name, key);
  return makeNode(primitive, [key.seed, key.count], { stream }, shape, dtype);
}

const uniformPrimitive = random("uniform", 40, "f32");
const normalPrimitive = random("normal", 64, "f32");

/** Uniform in [0, 1), in steps of 2^-24. */
export const uniform = (key: Key, stream: number, shape: Shape): Node =>
  make(uniformPrimitive, key, stream, shape, "f32");

/** Standard normal, by Box and Muller's transform of two of Philox's words. */
export const normal = (key: Key, stream: number, shape: Shape): Node =>
  make(normalPrimitive, key, stream, shape, "f32");

export interface RangeAttributes extends RandomAttributes {
  readonly range: number;
}

const integersPrimitive: Primitive<RangeAttributes, KeyInputs> = {
  name: "integers",
  lowering: {
    kind: "indexed",
    cost: 40,
    wgsl: (index, [seed, count], { attributes: { stream, range } }) =>
      `integers_u32(${index}, ${stream}u, ${seed}, ${count}, ${range}u)`,
  },
  vjp: () => [null, null],
  rebuild: ([seed, count], node) =>
    integers({ seed, count }, node.attributes.stream, node.shape, node.attributes.range),
};

/** Whole numbers from 0 to range - 1, each equally likely to within 2^-32. */
export function integers(key: Key, stream: number, shape: Shape, range: number): Node {
  assertRange("integers", range);
  assertShape("integers", shape);
  assertKey("integers", key);
  return makeNode(integersPrimitive, [key.seed, key.count], { stream, range }, shape, "u32");
}

const shufflePrimitive: Primitive<RangeAttributes, readonly [position: Node, ...key: KeyInputs]> = {
  name: "shuffle",
  lowering: {
    kind: "elementwise",
    cost: 200,
    onVectors: false,
    wgsl: ([position, seed, count], { attributes: { stream, range } }) =>
      `shuffle_u32(${position}, ${stream}u, ${seed}, ${count}, ${range}u)`,
  },
  vjp: () => [null, null, null],
  rebuild: ([position, seed, count], node) =>
    makeShuffle(position, seed, count, node.attributes.stream, node.attributes.range),
};

function makeShuffle(position: Node, seed: Node, count: Node, stream: number, range: number): Node {
  return makeNode(shufflePrimitive, [position, seed, count], { stream, range }, position.shape, "u32");
}

/**
 * Where each `position` (u32, below `range`) stands in a random permutation of 0 to range - 1, which seed, count and
 * stream choose: a Feistel network, walked until it lands in the range, so that no table is built. Seed and count may
 * differ from position to position: anything that broadcasts to them.
 */
export function shuffle(position: Node, key: Key, stream: number, range: number): Node {
  assertRange("shuffle", range);
  for (const [name, part] of Object.entries({ position, ...key })) {
    if (part.dtype !== "u32") throw new ShapeError(`shuffle: ${name} is ${part.dtype}; cast it to u32.`);
  }
  return makeShuffle(
    position,
    broadcast(key.seed, position.shape),
    broadcast(key.count, position.shape),
    stream,
    range,
  );
}

/** A random order of 0 to length - 1, as u32 [length]. */
export const permutation = (key: Key, stream: number, length: number): Node =>
  shuffle(iota(length), key, stream, length);

function assertKey(op: string, key: Key): void {
  for (const part of [key.seed, key.count]) {
    if (part.dtype !== "u32" || part.shape.length !== 0) {
      throw new ShapeError(`${op}: seed and count must be u32 scalars, not ${part.dtype}${formatShape(part.shape)}.`);
    }
  }
}

function assertRange(op: string, range: number): void {
  if (!Number.isInteger(range) || range < 1 || range > 2 ** 31) {
    throw new ShapeError(`${op}: the range ${range} must be a whole number from 1 to 2^31.`);
  }
}

export const randomPrimitives = {
  uniform: uniformPrimitive,
  normal: normalPrimitive,
  integers: integersPrimitive,
  shuffle: shufflePrimitive,
} as const;
