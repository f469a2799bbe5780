import { at } from "../../errors/at.ts";
import type { NodeOf } from "../../graph/kinds.ts";
import { type Node, nodeSize } from "../../graph/node.ts";
import { extremeOf } from "../../graph/primitives/elementwise_choice.ts";
import { constantValue } from "../../graph/primitives/leaf.ts";
import { dims, rangeOf } from "../../graph/shape.ts";
import { specialise } from "../../kernels/specialise.ts";
import {
  costsOn,
  fewReductions,
  manyOutputs,
  serialReduction,
  smallWorkgroup,
  sumBlock,
  usualWorkgroup,
} from "../cost_model.ts";
import type { DeviceTraits } from "../device_traits.ts";
import { identityIndex } from "../views/element_index.ts";
import { type EmitContext, FunctionBody, formatLiteral } from "./emit_expression.ts";
import { FourBody, isForFours, vectorTypes } from "./emit_fours.ts";
import type { EmittedPart } from "./kernel.ts";

/** A reduction along the middle axis of [outer, reduced, inner]; see `lowerReduce`. */
type Reduction = NodeOf<"reduce">;

/** The extents that reductions of one kernel have in common. */
const extentsOf = (roots: readonly Reduction[]) => dims(at(roots, 0).inputs[0].shape, 3);

/** Lanes of a workgroup that suit a reduction of a cluster of `size` elements. */
export function reductionWorkgroupSize(root: Reduction, size: number, target: DeviceTraits): number {
  if (!isSerial(root, target)) return costsOn(target).shares;
  return size < fewReductions ? smallWorkgroup : usualWorkgroup;
}

function isSerial(root: Reduction, target: DeviceTraits): boolean {
  if (costsOn(target).shares === 1) return true;
  const extent = at(root.inputs[0].shape, 1);
  return extent <= serialReduction || nodeSize(root) >= manyOutputs;
}

/**
 * Along which axis of [outer, reduced, inner] reductions take four neighbours at once. Along the reduced axis that is a
 * matter of shape alone, since it decides the order of a sum, which must not depend on what else a plan computes. Beside it,
 * the order stays the same, and vectors only have to be worth it.
 */
function axisInFours(
  roots: readonly Reduction[],
  context: Pick<EmitContext, "isStored">,
): "reduced" | "inner" | undefined {
  const [, extent, inner] = extentsOf(roots);
  // The least or the greatest is the same in any order: four are only worth it where they come together.
  const isFree = roots.every(({ op }) => op.lowering.combine !== "sum") && !readsInFours(roots, context);
  if (inner === 1) return extent % 4 === 0 && !isFree ? "reduced" : undefined;
  return inner % 4 === 0 && readsInFours(roots, context) ? "inner" : undefined;
}

/** Whether what is reduced can be had by fours. */
export function readsInFours(roots: readonly Reduction[], context: Pick<EmitContext, "isStored">): boolean {
  const [, extent, inner] = extentsOf(roots);
  const isPossible = (x: Node) => constantValue(x) !== undefined || context.isStored(x) || isForFours(x, context);
  return (inner === 1 ? extent : inner) % 4 === 0 && roots.every(({ inputs: [x] }) => isPossible(x));
}

export interface EmitReductionOptions {
  readonly context: EmitContext;
  readonly target: DeviceTraits;
  readonly workgroupSize: number;
  /** The body of what happens to the finished totals `values` of output `o`. */
  readonly finish: (values: readonly string[]) => string;
}

/** Reductions of equal shapes [outer, reduced, inner] in one pass, over what their inputs are computed from. */
export function emitReduction(
  roots: readonly Reduction[],
  { context, target, workgroupSize, finish }: EmitReductionOptions,
): EmittedPart {
  const fours = axisInFours(roots, context);
  const [outer, extent, inner] = extentsOf(roots);
  const sizes = {
    OUTER: outer,
    REDUCE: fours === "reduced" ? extent / 4 : extent,
    INNER: fours === "inner" ? inner / 4 : inner,
  };
  const outputs = sizes.OUTER * sizes.INNER;
  const typeOf = ({ dtype }: Node) => (fours ? vectorTypes[dtype] : dtype);
  const fields = (of: (root: Reduction, k: number) => string) => roots.map(of).join(", ");
  const hooks = {
    Accumulator: `struct Accumulator {\n${roots.map((root, k) => `  v${k}: ${typeOf(root)},\n`).join("")}}`,
    initial: `fn initial() -> Accumulator {\n  return Accumulator(${fields((root) => `${typeOf(root)}(${neutral(root)})`)});\n}`,
    fold: foldHook(roots, fours, context),
    finish: finishHook(roots, fours, finish),
  };
  const constants = { ...sizes, WORKGROUP: workgroupSize };
  const merge = `fn merge(a: Accumulator, b: Accumulator) -> Accumulator {\n  return Accumulator(${fields((root, k) => combine(root, fours !== undefined, `a.v${k}`, `b.v${k}`))});\n}`;
  if (isSerial(at(roots, 0), target)) {
    const text = specialise("reduce", { constants: { ...constants, BLOCK: sumBlock }, hooks: { ...hooks, merge } });
    return { shader: "reduce", text, workgroups: Math.ceil(outputs / workgroupSize) };
  }
  const SHARES = costsOn(target).shares;
  const text = specialise("reduce_tree", { constants: { ...constants, SHARES }, hooks: { ...hooks, merge } });
  const bytes = (fours ? 16 : 4) * roots.length;
  return { shader: "reduce_tree", text, workgroups: outputs, workgroupMemory: bytes * SHARES };
}

/** Takes in element `i`, or the i-th four. */
function foldHook(roots: readonly Reduction[], fours: "reduced" | "inner" | undefined, context: EmitContext): string {
  const inputs = roots.map((root) => root.inputs[0]);
  const size = nodeSize(at(inputs, 0));
  const body = new FunctionBody(context, "v");
  const head = "fn fold(a: Accumulator, i: u32) -> Accumulator {\n";
  if (fours && !readsInFours(roots, context)) {
    const values = inputs.map((x) => body.value(x, identityIndex("at", size)));
    const sums = roots
      .map((root, k) => `    next.v${k}[e] = ${combine(root, false, `a.v${k}[e]`, at(values, k))};\n`)
      .join("");
    return `${head}  var next: Accumulator;\n  for (var e = 0u; e < 4u; e++) {\n    let at = i * 4u + e;\n${body.text}${sums}  }\n  return next;\n}`;
  }
  const four = fours && new FourBody(body, body.let("i * 4u"), size);
  const values = inputs.map((x) => (four ? four.value(x) : body.value(x, identityIndex("i", size))));
  const sums = roots.map((root, k) => combine(root, four !== undefined, `a.v${k}`, at(values, k))).join(", ");
  return `${head}${body.text}  return Accumulator(${sums});\n}`;
}

/** What becomes of the totals: of one output, of four that lie together, or of four parts of one. */
function finishHook(
  roots: readonly Reduction[],
  fours: "reduced" | "inner" | undefined,
  finish: EmitReductionOptions["finish"],
): string {
  const head = "fn finish(o: u32, total: Accumulator) {\n";
  if (!fours) return `${head}${finish(roots.map((_, k) => `total.v${k}`))}}`;
  const parameters = roots.map(({ dtype }, k) => `t${k}: ${dtype}`).join(", ");
  const one = `fn finish_one(o: u32, ${parameters}) {\n${finish(roots.map((_, k) => `t${k}`))}}\n\n`;
  if (fours === "inner") {
    const parts = roots.map((_, k) => `total.v${k}[e]`).join(", ");
    return `${one}${head}  for (var e = 0u; e < 4u; e++) {\n    finish_one(o * 4u + e, ${parts});\n  }\n}`;
  }
  const both = (root: Reduction, k: number, a: string, b: string) =>
    combine(root, false, `total.v${k}.${a}`, `total.v${k}.${b}`);
  const whole = (root: Reduction, k: number) =>
    combine(root, false, `(${both(root, k, "x", "y")})`, `(${both(root, k, "z", "w")})`);
  return `${one}${head}  finish_one(o, ${roots.map(whole).join(", ")});\n}`;
}

export function combine({ op, dtype }: Reduction, isFour: boolean, a: string, b: string): string {
  const { combine: how } = op.lowering;
  if (how === "sum") return `${a} + ${b}`;
  return dtype === "f32" ? extremeOf(how === "max" ? ">" : "<", a, b, isFour) : `${how}(${a}, ${b})`;
}

export function neutral({ op, dtype }: Reduction): string {
  const { combine: how } = op.lowering;
  if (how === "sum") return formatLiteral(0, dtype);
  const [least, most] = dtype === "f32" ? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY] : rangeOf(dtype);
  return formatLiteral(how === "min" ? most : least, dtype);
}
