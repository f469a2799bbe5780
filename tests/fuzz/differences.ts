import { compareGradients } from "../../src/autodiff/check.ts";
import { input } from "../../src/graph/primitives/leaf.ts";
import { Tensor } from "../../src/tensor/tensor.ts";
import { evaluate } from "../reference/reference.ts";
import { slotOf } from "../reference/slots.ts";
import { derivativeGraphs } from "./derivative_graphs.ts";
import { shadows } from "./generate.ts";
import { isLeaf, type Program } from "./program.ts";

const entriesPerLeaf = 4;

/**
 * Where the rules of differentiation and central differences disagree, both in float64; undefined where they don't. A program
 * that stops a gradient on purpose is not asked.
 */
export async function differences(program: Program): Promise<string | undefined> {
  if (program.steps.some(({ method }) => method === "detach")) return undefined;
  const leaves = program.steps.flatMap((step, i) => (isLeaf(step) && (step.args[2] ?? "f32") === "f32" ? [i] : []));
  const values = new Map<number, number[]>();
  const slots = new Map<number, number>();
  const graphs = derivativeGraphs(program, {
    leaf: (given, shape, dtype, step) => {
      if (!leaves.includes(step)) return shadows.leaf(given, shape, dtype, step);
      const node = input(`leaf ${step}`, shape, dtype);
      slots.set(step, slotOf(node).id);
      values.set(step, given.map(Math.fround));
      return new Tensor(node);
    },
  });
  if (!graphs) return undefined;
  const environment = (replaced: readonly ArrayLike<number>[] = []) => ({
    inputs: new Map(
      leaves.map((step, k) => [slots.get(step) as number, replaced[k] ?? (values.get(step) as number[])]),
    ),
  });
  const starts = leaves.map((step) => Float64Array.from(values.get(step)!.slice(0, entriesPerLeaf)));
  const at = (entries: readonly Float64Array[]) =>
    environment(entries.map((moved, k) => [...moved, ...values.get(leaves[k] as number)!.slice(entriesPerLeaf)]));
  for (const [order, scalar, gradient] of [
    ["first", graphs.loss, graphs.first],
    ["second", graphs.projection, graphs.second],
  ] as const) {
    const analytic = evaluate(
      gradient.map(({ node }) => node),
      environment(),
    ).map((all) => [...all.slice(0, entriesPerLeaf)]);
    const { mismatches } = await compareGradients(
      (entries) => evaluate([scalar.node], at(entries as readonly Float64Array[]))[0]![0] as number,
      analytic,
      starts,
      { step: 1e-5, tolerance: 1e-4 },
    );
    if (mismatches.length > 0) return `the ${order} derivative: ${JSON.stringify(mismatches[0])}`;
  }
  return undefined;
}
