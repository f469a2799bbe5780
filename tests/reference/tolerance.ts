import { collect, type Node } from "../../src/graph/node.ts";
import type { PrimitiveName } from "../../src/graph/primitives/registry.ts";
import type { TypedArray } from "../../src/graph/shape.ts";
import { type Environment, evaluate, type Value } from "./reference.ts";
import { createRng } from "./rng.ts";

/**
 * How far a right f32 result may be from the float64 one. Every rounding that a GPU makes is imitated by random noise of
 * its size, at every node, several times; how far the result moves is how much rounding the expression amplifies, by
 * cancellation in sums or by steep functions (Parker 1997, "Monte Carlo arithmetic").
 */

/** Results that are elements of the operands, or not rounded for another reason: they must agree bit for bit. */
const exact: ReadonlySet<string> = new Set<PrimitiveName>([
  ...([
    "constant",
    "data",
    "input",
    "state",
    "iota",
    "variable",
    "detach",
    "site",
    "again",
    "segment",
    "segmentResult",
  ] as const),
  ...([
    "neg",
    "abs",
    "sign",
    "floor",
    "minimum",
    "maximum",
    "select",
    "copy",
    "cast",
    "exponentBits",
    "isNan",
  ] as const),
  ...(["less", "lessEqual", "equal", "max", "min", "argmax"] as const),
  ...([
    "broadcast",
    "reshape",
    "permute",
    "flip",
    "slice",
    "pad",
    "concat",
    "gather",
    "takeAlong",
    "histogram",
  ] as const),
  ...(["segmentHistogram", "uniform", "integers", "shuffle"] as const),
]);

/** Whether the results of a primitive are not rounded. */
export const isExactOperation = (name: string): boolean => exact.has(name);

interface Accuracy {
  readonly relative: number;
  readonly absolute: number;
}

/** One rounding to f32, or two or three of them. */
const rounding: Accuracy = { relative: 2 ** -22, absolute: 0 };

/** What WGSL, or the hand-written function, allows beyond a rounding. */
const accuracy: Partial<Readonly<Record<PrimitiveName, Accuracy>>> = {
  // exp2(y log2(x)): the error of the logarithm grows with the exponent.
  pow: { relative: 2 ** -19, absolute: 0 },
  // Small next to 1, not next to the result where it nears zero.
  sin: { relative: 2 ** -22, absolute: 2 ** -22 },
  cos: { relative: 2 ** -22, absolute: 2 ** -22 },
  erf: { relative: 2 ** -21, absolute: 0 },
  normal: { relative: 2 ** -21, absolute: 2 ** -20 },
};

/** Leaves hold f32 as they are; noise in them stands for the order in which sums of them are rounded. */
const isNoisy = (name: string) => !exact.has(name) || name === "data" || name === "input" || name === "state";

const runs = 5;
/** How far beyond the largest of the noisy runs a result may lie. */
const slack = 8;
/** The smallest normal f32: GPUs may flush what is below to zero. */
const smallestNormal = 1.1754943508222875e-38;

/** A result, and what is right up to `tolerance`. */
export interface ComparedElement {
  readonly root: number;
  readonly index: number;
  readonly actual: number;
  readonly expected: number;
  readonly tolerance: number;
}

/** Elements of `actual`, the values of `roots` that a GPU computed, that differ from the reference by more than rounding. */
export const wrongElements = (...given: Parameters<typeof comparedElements>): ComparedElement[] =>
  comparedElements(...given).filter(isWrong);

/** All elements of `actual` beside those of the reference. */
export const comparedElements = (
  roots: readonly Node[],
  actual: readonly TypedArray[],
  environment: Environment = {},
): ComparedElement[] => comparisonWith(roots, environment)(actual);

/** What compares values of `roots`, or of the first of them, with those of the reference, which are computed once. */
export function comparisonWith(
  roots: readonly Node[],
  environment: Environment = {},
): (actual: readonly TypedArray[]) => ComparedElement[] {
  const expected = evaluate(roots, environment);
  const deviations = deviationsOf(roots, expected, environment);
  return (actual) =>
    roots.slice(0, actual.length).flatMap((root, r) => {
      const mustBeEqual = root.dtype !== "f32" || collect([root]).every(({ op }) => isExactOperation(op.name));
      const values = [...(actual[r] as TypedArray)];
      if (values.length !== expected[r]!.length) {
        throw new Error(`Root ${r} has ${values.length} elements; the reference has ${expected[r]!.length}.`);
      }
      return values.map((value, index) => {
        const right = Math.fround(expected[r]![index] as number);
        const wanted = root.dtype === "f32" ? right : (expected[r]![index] as number);
        const tolerance = mustBeEqual ? 0 : smallestNormal + slack * (deviations[r]![index] as number);
        return { root: r, index, actual: value, expected: wanted, tolerance };
      });
    });
}

export function isWrong({ actual, expected, tolerance }: ComparedElement): boolean {
  // Zeros of both signs are equal; NaN is equal to itself; so are infinities.
  if (actual === expected || (Number.isNaN(actual) && Number.isNaN(expected))) return false;
  return !(Math.abs(actual - expected) <= tolerance);
}

/** For each element of each root, how far it moved in the noisiest run. */
function deviationsOf(roots: readonly Node[], expected: readonly Value[], environment: Environment): Value[] {
  const largest = expected.map((values) => new Float64Array(values.length));
  const rng = createRng("noise");
  const sign = () => rng.between(-1, 1);
  const perturb = (value: number, name: PrimitiveName) => {
    if (!isNoisy(name)) return value;
    const { relative, absolute } = accuracy[name] ?? rounding;
    return value * (1 + relative * sign()) + absolute * sign();
  };
  for (let run = 0; run < runs; run++) {
    evaluate(roots, { ...environment, perturb }).forEach((values, r) => {
      values.forEach((value, i) => {
        const moved = Math.abs(value - (expected[r]![i] as number));
        largest[r]![i] = Math.max(largest[r]![i] as number, moved);
      });
    });
  }
  return largest;
}
