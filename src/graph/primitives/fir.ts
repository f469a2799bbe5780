import { at } from "../../errors/at.ts";
import { ShapeError } from "../../errors/errors.ts";
import { greatestCommonDivisor } from "../arithmetic.ts";
import { makeNode, type Node, type Primitive } from "../node.ts";
import { formatShape, sizeOf } from "../shape.ts";
import { add, mul } from "./elementwise_arithmetic.ts";
import { equal, select } from "./elementwise_choice.ts";
import { constant, constantValue, iota } from "./leaf.ts";
import { reshape } from "./shape_movement.ts";
import { slice } from "./slice_pad.ts";
import { strided } from "./strided.ts";
import { broadcast } from "./sum_broadcast.ts";

/**
 * A filter with fixed taps along one axis, between two rates (upfirdn): zeros are put between the inputs, `up` - 1 of
 * them, the taps go over that, and every `down`-th result is kept:
 *
 *   y[i] = sum over k of taps[k] x[(i down + k - before) / up]     where that is a whole number, and inside
 *
 * Its transpose, and so its gradient, is the same with `up` and `down` exchanged and the taps in reverse order.
 */
export interface FirAttributes {
  readonly axis: number;
  readonly taps: readonly number[];
  readonly up: number;
  readonly down: number;
  /** Zeros before the first input, after zeros were put between; a negative number drops from there. */
  readonly before: number;
  /** Length of the result. */
  readonly size: number;
}

const firPrimitive: Primitive<FirAttributes, readonly [x: Node]> = {
  name: "fir",
  lowering: { kind: "composite", expand: ({ inputs: [x], attributes }) => sumOfPhases(x, attributes) },
  vjp: ({ inputs: [x], node: { attributes }, dy }) => {
    const { axis, taps, up, down, before } = attributes;
    const size = at(x.shape, axis);
    return [fir(dy, { axis, taps: [...taps].reverse(), up: down, down: up, before: taps.length - 1 - before, size })];
  },
  rebuild: ([x], { attributes }) => fir(x, attributes),
};

export function fir(x: Node, attributes: FirAttributes): Node {
  const { axis, taps, up, down, before, size } = attributes;
  const isWhole = [up, down, size].every((n) => Number.isInteger(n) && n >= 1) && Number.isInteger(before);
  if (x.dtype !== "f32" || x.shape[axis] === undefined || !isWhole || !taps.every(Number.isFinite)) {
    throw new ShapeError(
      `fir: ${x.dtype}${formatShape(x.shape)} along axis ${axis} with taps [${taps.join(", ")}], up ${up}, down ${down}, ` +
        `${before} before and ${size} results; it takes f32, an axis that exists, finite taps and whole numbers.`,
    );
  }
  const shape = x.shape.with(axis, size);
  if (constantValue(x) === 0 || taps.every((tap) => tap === 0)) return constant(0, shape);
  return makeNode(firPrimitive, [x], { axis, taps: taps.map(Math.fround), up, down, before, size }, shape, "f32");
}

/**
 * Results whose taps fall on the inputs in the same way are a phase. `count` results that follow one another have all
 * phases, and the next ones have them again, `step` inputs further on. So the sum goes over ceil(taps / up) shifted inputs,
 * each times a weight for every phase: no product is with a zero that was put between. (Only with rates that are both
 * more than 1 do the phases begin at different inputs, which takes a few more.)
 */
function sumOfPhases(x: Node, attributes: FirAttributes): Node {
  const { axis, up, down, size } = attributes;
  const common = greatestCommonDivisor(up, down);
  const [count, step] = [up / common, down / common];
  const start = firstPhase(attributes, count);
  const weights = weightsOf(attributes, start, count);
  const rounds = Math.ceil((size - start) / count);
  const [outer, length, inner] = [sizeOf(x.shape.slice(0, axis)), at(x.shape, axis), sizeOf(x.shape.slice(axis + 1))];
  const inputs = broadcast(reshape(x, [outer, length, 1, inner]), [outer, length, count, inner]);
  const phase = broadcast(reshape(iota(count), [count, 1]), [outer, rounds, count, inner]);
  const terms = weights.flatMap((weight, t) => {
    if (weight.every((w) => w === 0)) return [];
    const shifted = strided(inputs, 1, firstInput(attributes, start) + t, step, rounds);
    return [mul(shifted, perPhase(phase, weight))];
  });
  if (terms.length === 0) return constant(0, x.shape.with(axis, size));
  const results = reshape(terms.reduce(add), [outer, rounds * count, inner]);
  return reshape(slice(results, [0, -start, 0], [outer, size, inner]), x.shape.with(axis, size));
}

/** The first input that a tap of result i falls on. */
const firstInput = ({ up, down, before }: FirAttributes, i: number): number => Math.ceil((i * down - before) / up);

/** The result, at or before the first, from which the phases of one round begin at inputs as near as can be. */
function firstPhase(attributes: FirAttributes, count: number): number {
  const spread = (start: number) => firstInput(attributes, start + count - 1) - firstInput(attributes, start);
  const starts = Array.from({ length: count }, (_, i) => -i);
  return starts.reduce((best, start) => (spread(start) < spread(best) ? start : best));
}

/** For each input from the first of a round on, the tap that falls on it in each phase; 0 if there is none. */
function weightsOf(attributes: FirAttributes, start: number, count: number): number[][] {
  const { taps, up, down, before } = attributes;
  const origin = firstInput(attributes, start);
  const weights: number[][] = [];
  for (let phase = 0; phase < count; phase++) {
    const i = start + phase;
    const first = firstInput(attributes, i);
    const firstTap = first * up - i * down + before;
    for (let input = first - origin, tap = firstTap; tap < taps.length; input++, tap += up) {
      while (weights.length <= input) weights.push(new Array<number>(count).fill(0));
      at(weights, input)[phase] = at(taps, tap);
    }
  }
  return weights;
}

/** The weight of each phase, as literals. */
function perPhase(phase: Node, weights: readonly number[]): Node {
  return weights
    .map((weight) => constant(weight))
    .reduce((chosen, weight, i) => select(equal(phase, constant(i, [], "u32")), weight, chosen));
}

export const firPrimitives = { fir: firPrimitive } as const;
