import { compareGradients, type GradientMismatch } from "../../src/autodiff/check.ts";
import type { Node } from "../../src/graph/node.ts";
import type { Case } from "./cases.ts";
import { derivatives } from "./derivatives.ts";
import { asArguments } from "./operands.ts";
import { evaluate, type Value } from "./reference.ts";
import type { Rng } from "./rng.ts";

/** Entries of an argument that are moved; a larger argument gives this many at random. */
const entriesPerArgument = 8;

/** A derivative at which the rules and the central differences disagree. */
export interface Mismatch extends GradientMismatch {
  readonly order: "first" | "second";
}

export interface DerivativeCheck {
  readonly mismatches: readonly Mismatch[];
  /** The largest relative error of either order. */
  readonly maxRelativeError: number;
}

/**
 * First and second derivatives of a case, by the rules of the graph and by central differences of it, both in float64.
 */
export async function checkDerivatives(
  { inputs, differentiable, leaf, build }: Case,
  rng: Rng,
  tolerance = 1e-6,
): Promise<DerivativeCheck> {
  const { nodes, environment } = asArguments(inputs, leaf);
  const targets = differentiable.map((position) => nodes[position] as Node);
  const { loss, first, projection, second } = derivatives(build(nodes), targets, rng);
  const moved = differentiable.map((position) => {
    const indices = inputs[position]!.values.map((_, index) => index);
    return indices.length > entriesPerArgument ? rng.shuffled(indices).slice(0, entriesPerArgument) : indices;
  });

  const compare = async (scalar: Node, gradient: readonly Node[], order: Mismatch["order"]) => {
    const analytic = evaluate(gradient, environment()).map((values, k) => moved[k]!.map((i) => values[i] as number));
    const start = differentiable.map((position, k) =>
      Float64Array.from(moved[k]!, (index) => inputs[position]!.values[index] as number),
    );
    const f = (entries: readonly Value[]) => {
      const replacements: Value[] = [];
      differentiable.forEach((position, k) => {
        const values = Float64Array.from(inputs[position]!.values);
        moved[k]!.forEach((index, i) => {
          values[index] = entries[k]![i] as number;
        });
        replacements[position] = values;
      });
      return evaluate([scalar], environment(replacements))[0]![0] as number;
    };
    const { mismatches, maxRelativeError } = await compareGradients(f, analytic, start, { step: 1e-5, tolerance });
    return { mismatches: mismatches.map((mismatch) => ({ ...mismatch, order })), maxRelativeError };
  };

  const checks = [await compare(loss, first, "first"), await compare(projection, second, "second")];
  return {
    mismatches: checks.flatMap(({ mismatches }) => mismatches),
    maxRelativeError: Math.max(...checks.map(({ maxRelativeError }) => maxRelativeError)),
  };
}
