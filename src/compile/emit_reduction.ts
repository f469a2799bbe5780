import { type Node, nodeSize } from "../graph/node.ts";
import { constantValue } from "../graph/primitives/leaf.ts";
import type { DType } from "../graph/shape.ts";
import { specialise } from "../kernels/specialise.ts";
import type { DeviceTraits } from "./device_traits.ts";
import { identityIndex } from "./element_index.ts";
import { type EmitContext, FunctionBody, formatLiteral } from "./emit_expression.ts";
import { FourBody, isForFours, vectorTypes } from "./emit_fours.ts";
import type { EmittedPart } from "./kernel.ts";

/** Reductions up to this length run one invocation an output; beyond, a workgroup shares the work. */
const serialReduction = 512;
const manyOutputs = 4096;
const usualWorkgroup = 64;
/** Where a CPU plays the GPU, a barrier makes it go from lane to lane: whoever waits at one should be few. */
const fewLanes = 8;
/** More accumulators of four than these would not leave other kernels workgroup memory. */
const mostInFours = 8;

/** Lanes of a workgroup that suit a reduction of a cluster of `size` elements. */
export function reductionWorkgroupSize(root: Node, size: number, { isSoftware }: DeviceTraits): number {
  if (!isSerial(root)) return isSoftware ? fewLanes : usualWorkgroup;
  return size < 1024 ? 16 : usualWorkgroup;
}

function isSerial(root: Node): boolean {
  const extent = (root.inputs[0] as Node).shape[1] as number;
  return extent <= serialReduction || nodeSize(root) >= manyOutputs;
}

/** Along which axis of [outer, reduced, inner] reductions take four neighbours at once: the last one, if fours fill it. */
export function reducesInFours(
  roots: readonly Node[],
  context: Pick<EmitContext, "isStored">,
): "reduced" | "inner" | undefined {
  const inputs = roots.map((root) => root.inputs[0] as Node);
  const [, extent, inner] = (inputs[0] as Node).shape as [number, number, number];
  if ((inner === 1 ? extent : inner) % 4 !== 0) return undefined;
  const isPossible = (x: Node) => constantValue(x) !== undefined || context.isStored(x) || isForFours(x, context);
  if (roots.length > mostInFours || !inputs.every((x) => x.dtype !== "u8" && isPossible(x))) return undefined;
  return inner === 1 ? "reduced" : "inner";
}

export interface EmitReductionOptions {
  readonly context: EmitContext;
  readonly workgroupSize: number;
  /** The body of what happens to the finished totals `values` of output `o`. */
  readonly finish: (values: readonly string[]) => string;
}

/** Reductions of equal shapes [outer, reduced, inner] in one pass, over what their inputs are computed from. */
export function emitReduction(
  roots: readonly Node[],
  { context, workgroupSize, finish }: EmitReductionOptions,
): EmittedPart {
  const fours = reducesInFours(roots, context);
  const [outer, extent, inner] = ((roots[0] as Node).inputs[0] as Node).shape as [number, number, number];
  const sizes = {
    OUTER: outer,
    REDUCE: fours === "reduced" ? extent / 4 : extent,
    INNER: fours === "inner" ? inner / 4 : inner,
  };
  const outputs = sizes.OUTER * sizes.INNER;
  const typeOf = ({ dtype }: Node) => (fours ? vectorTypes[dtype] : dtype);
  const fields = (of: (root: Node, k: number) => string) => roots.map(of).join(", ");
  const folded = foldedValues(roots, fours !== undefined, context);
  const hooks = {
    Accumulator: `struct Accumulator {\n${roots.map((root, k) => `  v${k}: ${typeOf(root)},\n`).join("")}}`,
    initial: `fn initial() -> Accumulator {\n  return Accumulator(${fields((root) => `${typeOf(root)}(${neutral(root)})`)});\n}`,
    fold: `fn fold(a: Accumulator, i: u32) -> Accumulator {\n${folded.text}  return Accumulator(${fields((root, k) => combine(root, `a.v${k}`, folded.values[k] as string))});\n}`,
    finish: finishHook(roots, fours, finish),
  };
  const constants = { ...sizes, WORKGROUP: workgroupSize };
  if (isSerial(roots[0] as Node)) {
    const text = specialise("reduce", { constants, hooks });
    return { shader: "reduce", text, workgroups: Math.ceil(outputs / workgroupSize) };
  }
  const merge = `fn merge(a: Accumulator, b: Accumulator) -> Accumulator {\n  return Accumulator(${fields((root, k) => combine(root, `a.v${k}`, `b.v${k}`))});\n}`;
  const text = specialise("reduce_tree", { constants, hooks: { ...hooks, merge } });
  const bytes = (fours ? 16 : 4) * roots.length;
  return { shader: "reduce_tree", text, workgroups: outputs, workgroupMemory: bytes * workgroupSize };
}

/** The statements before a fold, and the values that it takes in: those of element `i`, or of the i-th four. */
function foldedValues(
  roots: readonly Node[],
  isByFours: boolean,
  context: EmitContext,
): { readonly text: string; readonly values: readonly string[] } {
  const inputs = roots.map((root) => root.inputs[0] as Node);
  const size = nodeSize(inputs[0] as Node);
  const one = new FunctionBody(context, "v");
  const four = isByFours && new FourBody(one, one.let("i * 4u"), size);
  const values = inputs.map((x) => (four ? four.value(x) : one.value(x, identityIndex("i", size))));
  return { text: one.text, values };
}

/** What becomes of the totals: of one output, of four that lie together, or of four parts of one. */
function finishHook(
  roots: readonly Node[],
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
  const both = (root: Node, k: number, a: string, b: string) => combine(root, `total.v${k}.${a}`, `total.v${k}.${b}`);
  const whole = (root: Node, k: number) =>
    combine(root, `(${both(root, k, "x", "y")})`, `(${both(root, k, "z", "w")})`);
  return `${one}${head}  finish_one(o, ${roots.map(whole).join(", ")});\n}`;
}

function combine(root: Node, a: string, b: string): string {
  const { lowering } = root.op;
  return lowering.kind === "reduce" && lowering.combine !== "sum" ? `${lowering.combine}(${a}, ${b})` : `${a} + ${b}`;
}

const largest: Readonly<Record<DType, number>> = {
  f32: 3.4028234663852886e38,
  i32: 2147483647,
  u32: 4294967295,
  bool: 1,
  u8: 255,
};

function neutral(root: Node): string {
  const { lowering } = root.op;
  const { dtype } = root;
  if (lowering.kind !== "reduce" || lowering.combine === "sum") return formatLiteral(0, dtype);
  if (lowering.combine === "min") return formatLiteral(largest[dtype], dtype);
  return formatLiteral(dtype === "u32" ? 0 : -largest[dtype], dtype);
}
