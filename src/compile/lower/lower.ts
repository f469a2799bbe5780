import { at, found } from "../../errors/at.ts";
import { isOfKind, type NodeOf } from "../../graph/kinds.ts";
import { type Combine, collect, isA, type Node } from "../../graph/node.ts";
import { add, addPrimitive } from "../../graph/primitives/elementwise_arithmetic.ts";
import { maximum, minimum } from "../../graph/primitives/elementwise_choice.ts";
import { max, min } from "../../graph/primitives/reduce.ts";
import { permute, reshape } from "../../graph/primitives/shape_movement.ts";
import { concat } from "../../graph/primitives/slice_pad.ts";
import { sum } from "../../graph/primitives/sum_broadcast.ts";
import { dims, sizeOf } from "../../graph/shape.ts";
import { isAssembled } from "../assembled.ts";
import { fewOutputs, longReduction, mostPartsInside, shortReduction } from "../cost_model.ts";
import { type DeviceTraits, leastDevice } from "../device_traits.ts";
import { convolutionCompiler } from "../gemm/convolution_compiler.ts";
import { lineOf } from "./line_of.ts";
import { lowerMatmul } from "./lower_matmul.ts";
import { widened } from "./widened.ts";

/**
 * Rewrites a graph into the few forms that kernels are made for:
 *
 * - names and cuts (`site`, `variable`, `detach`) vanish, composites are expanded;
 * - a reduction is over the middle axis of [outer, reduced, inner], and a very long one goes in two passes;
 * - a matrix product takes transposes of its operands into its flags; with a side of one row, one column or an inner
 *   size of one it is a sum or a product, which fuse with their neighbours, and so is one of a few inner elements;
 * - a convolution is written with other operations where its own kernel would waste its tiles;
 * - a concatenation of very many parts is along the outermost axis, where each is written in place.
 *
 * Returns the new node of every node that the roots are computed from.
 */
export function lower(roots: readonly Node[], target: DeviceTraits = leastDevice): Map<Node, Node> {
  const lowered = new Map<Node, Node>();
  const halves = new Map<Node, Node>();
  const visit = (root: Node): Node => {
    // What is lowered already is final, and so is all below it.
    for (const node of collect([root], (known) => lowered.has(known))) {
      const inputs = node.inputs.map((input) => found(lowered, input));
      const result = lowerNode(node, inputs, { visit, halves, target });
      lowered.set(node, result);
      // Later visits come to lowered nodes again.
      lowered.set(result, result);
    }
    return found(lowered, root);
  };
  for (const root of roots) visit(root);
  return lowered;
}

interface Lowering {
  /** Lowers what a rule has made. */
  readonly visit: (node: Node) => Node;
  /** Of what was widened, the halves that it was put together of. */
  readonly halves: Map<Node, Node>;
  readonly target: DeviceTraits;
}

function lowerNode(node: Node, inputs: readonly Node[], lowering: Lowering): Node {
  const { visit, halves, target } = lowering;
  if (isOfKind(node, "identity")) return at(inputs, 0);
  const rebuilt = rebuild(node, inputs);
  // What a primitive is rebuilt as may be of another kind.
  if (!isOfKind(rebuilt, node.op.lowering.kind)) return visit(rebuilt);
  if (isOfKind(rebuilt, "composite")) return visit(rebuilt.op.lowering.expand(rebuilt));
  if (isOfKind(rebuilt, "matmul")) return lowerMatmul(rebuilt, target, visit);
  if (isOfKind(rebuilt, "convolution")) {
    const others = convolutionCompiler().byOthers(rebuilt, target);
    return others ? visit(others) : rebuilt;
  }
  if (isOfKind(rebuilt, "reduce")) return lowerReduce(rebuilt, lowering);
  const wide = widened(rebuilt);
  if (wide) {
    const result = visit(wide);
    halves.set(result, rebuilt);
    return result;
  }
  return isOfKind(rebuilt, "concat") ? lowerConcat(rebuilt, visit) : rebuilt;
}

function rebuild(node: Node, inputs: readonly Node[]): Node {
  return inputs.every((input, i) => input === node.inputs[i]) ? node : node.op.rebuild(inputs, node);
}

/** Each reduction by itself, and as an expression of two elements, which fuses with its neighbours. */
const reductions = {
  sum: { reduce: sum, combine: add },
  max: { reduce: max, combine: maximum },
  min: { reduce: min, combine: minimum },
} as const satisfies Readonly<Record<Combine, object>>;

/**
 * The sum of what is zero but for stretches, as that of the stretches: halves that were put together are summed apart, and what
 * cancels between them (the gradient of a critic's last bias) cancels to the bit, where one sum over both keeps a residue.
 */
function sumApart(whole: Node, axes: readonly number[], halves: ReadonlyMap<Node, Node>): Node | undefined {
  const x = halves.get(whole) ?? whole;
  if (isA(x, addPrimitive)) {
    const [a, b] = x.inputs.map((part) => sumApart(part, axes, halves));
    return a && b && add(a, b);
  }
  if (!isOfKind(x, "pad")) return undefined;
  const [inner] = x.inputs;
  const isAlong = x.shape.every((size, axis) => size === inner.shape[axis] || axes.includes(axis));
  return isAlong ? sum(inner, axes) : undefined;
}

function lowerReduce(node: NodeOf<"reduce">, { visit, halves }: Lowering): Node {
  const { reduce, combine } = reductions[node.op.lowering.combine];
  const { axes } = node.attributes;
  const [x] = node.inputs;
  const apart = node.op.lowering.combine === "sum" ? sumApart(x, axes, halves) : undefined;
  if (apart) return visit(apart);
  const isCanonical = x.shape.length === 3 && axes.length === 1 && axes[0] === 1;
  if (!isCanonical) return visit(reshape(reduce(toMiddle(x, axes), [1]), node.shape));
  const [outer, extent, inner] = dims(x.shape, 3);
  if (extent <= shortReduction) {
    const slices = Array.from({ length: extent }, (_, k) => lineOf(x, 1, k));
    return visit(
      reshape(
        slices.reduce((a, b) => combine(a, b)),
        node.shape,
      ),
    );
  }
  if (extent <= longReduction || outer * inner >= fewOutputs) return node;
  const parts = divisorNear(extent, Math.ceil(Math.sqrt(extent)));
  if (parts === 1) return node;
  const first = reduce(reshape(x, [outer * parts, extent / parts, inner]), [1]);
  return visit(reshape(reduce(reshape(first, [outer, parts, inner]), [1]), node.shape));
}

/** The input as [outer, reduced, inner]; axes that don't lie side by side are moved to the end first. */
function toMiddle(x: Node, axes: readonly number[]): Node {
  const first = at(axes, 0);
  const last = at(axes, axes.length - 1);
  const between = x.shape.slice(first, last + 1);
  const isRun = between.every((size, i) => size === 1 || axes.includes(first + i));
  if (isRun) {
    return reshape(x, [sizeOf(x.shape.slice(0, first)), sizeOf(between), sizeOf(x.shape.slice(last + 1))]);
  }
  const kept = x.shape.flatMap((_, axis) => (axes.includes(axis) ? [] : [axis]));
  const moved = permute(x, [...kept, ...axes]);
  return reshape(moved, [sizeOf(kept.map((axis) => at(x.shape, axis))), -1, 1]);
}

/** The largest divisor of `n` that is at most `target`. */
function divisorNear(n: number, target: number): number {
  for (let d = target; d > 1; d--) if (n % d === 0) return d;
  return 1;
}

/** Of very many parts that are not assembled, one that is: a kernel that picks one for each element would bind all of them. */
function lowerConcat(node: NodeOf<"concat">, visit: (node: Node) => Node): Node {
  const { axis } = node.attributes;
  if (isAssembled(node) || node.inputs.length <= mostPartsInside) return node;
  const first = [axis, ...node.shape.flatMap((_, k) => (k === axis ? [] : [k]))];
  const back = node.shape.map((_, k) => first.indexOf(k));
  const parts = node.inputs.map((part) => permute(part, first));
  return visit(permute(concat(parts, 0), back));
}
