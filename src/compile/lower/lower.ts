import { collect, type Node } from "../../graph/node.ts";
import { add, copy, maximum, minimum, mul } from "../../graph/primitives/elementwise.ts";
import { type MatmulAttributes, matmul } from "../../graph/primitives/matmul.ts";
import { max, min } from "../../graph/primitives/reduce.ts";
import { permute, reshape } from "../../graph/primitives/shape_movement.ts";
import { concat, slice } from "../../graph/primitives/slice_pad.ts";
import { type ReduceAttributes, sum } from "../../graph/primitives/sum_broadcast.ts";
import { sizeOf } from "../../graph/shape.ts";
import { isAssembled, withoutReshapes } from "../assembled.ts";
import { fewOutputs, longReduction, mostPartsInside, shortReduction } from "../cost_model.ts";
import { type DeviceTraits, leastDevice } from "../device_traits.ts";
import { convolutionCompiler } from "../gemm/convolution_compiler.ts";

/**
 * Rewrites a graph into the few forms that kernels are made for:
 *
 * - names and cuts (`site`, `variable`, `detach`) vanish, composites are expanded;
 * - a reduction is over the middle axis of [outer, reduced, inner], and a very long one goes in two passes;
 * - a matrix product takes transposes of its operands into its flags; with a side of one row, one column or an inner
 *   size of one it is a sum or a product, which fuse with their neighbours;
 * - a convolution is written with other operations where its own kernel would waste its tiles;
 * - a concatenation along the outermost axis has parts that can be written in place.
 *
 * Returns the new node of every node that the roots are computed from.
 */
export function lower(roots: readonly Node[], target: DeviceTraits = leastDevice): Map<Node, Node> {
  const lowered = new Map<Node, Node>();
  const placed = new Map<Node, Node>();
  const visit = (root: Node): Node => {
    // What is lowered already is final, and so is all below it.
    for (const node of collect([root], (known) => lowered.has(known))) {
      const inputs = node.inputs.map((input) => lowered.get(input) as Node);
      const result = lowerNode(node, inputs, { visit, placed, target });
      lowered.set(node, result);
      // Later visits come to lowered nodes again.
      lowered.set(result, result);
    }
    return lowered.get(root) as Node;
  };
  for (const root of roots) visit(root);
  return lowered;
}

interface Lowering {
  /** Lowers what a rule has made. */
  readonly visit: (node: Node) => Node;
  /** Parts of concatenations, which have one place each, with the last copy of each. */
  readonly placed: Map<Node, Node>;
  readonly target: DeviceTraits;
}

function lowerNode(node: Node, inputs: readonly Node[], { visit, placed, target }: Lowering): Node {
  const { lowering } = node.op;
  switch (lowering.kind) {
    case "identity":
      return inputs[0] as Node;
    case "composite": {
      const rebuilt = rebuild(node, inputs);
      return rebuilt.op.lowering.kind === "composite" ? visit(rebuilt.op.lowering.expand(rebuilt)) : visit(rebuilt);
    }
    case "matmul":
      return lowerMatmul(inputs as [Node, Node], node.attributes as MatmulAttributes, visit);
    case "convolution": {
      const rebuilt = rebuild(node, inputs);
      const others = convolutionCompiler().byOthers(rebuilt, target);
      return others ? visit(others) : rebuilt;
    }
    case "reduce":
      return lowerReduce(rebuild(node, inputs), visit);
    case "concat":
      return lowerConcat(rebuild(node, inputs), placed, visit);
    default:
      return rebuild(node, inputs);
  }
}

function rebuild(node: Node, inputs: readonly Node[]): Node {
  return inputs.every((input, i) => input === node.inputs[i]) ? node : node.op.rebuild(inputs, node);
}

function lowerMatmul([a, b]: [Node, Node], attributes: MatmulAttributes, visit: (node: Node) => Node): Node {
  let { transposeA, transposeB } = attributes;
  if (isTranspose(a)) {
    a = a.inputs[0] as Node;
    transposeA = !transposeA;
  }
  if (isTranspose(b)) {
    b = b.inputs[0] as Node;
    transposeB = !transposeB;
  }
  const product = matmul(a, b, transposeA, transposeB);
  if (product.op.lowering.kind !== "matmul") return product;
  const rank = product.shape.length;
  const batch = product.shape.slice(0, -2);
  const [m, n] = product.shape.slice(-2) as [number, number];
  const k = a.shape[transposeA ? rank - 2 : rank - 1] as number;
  if (k === 1) {
    return visit(mul(reshape(a, [...batch, m, 1]), reshape(b, [...batch, 1, n])));
  }
  if (n === 1) {
    const column = transposeA ? mul(a, reshape(b, [...batch, k, 1])) : mul(a, reshape(b, [...batch, 1, k]));
    return visit(reshape(sum(column, [transposeA ? rank - 2 : rank - 1]), product.shape));
  }
  if (m === 1) {
    const row = transposeB ? mul(b, reshape(a, [...batch, 1, k])) : mul(b, reshape(a, [...batch, k, 1]));
    return visit(reshape(sum(row, [transposeB ? rank - 1 : rank - 2]), product.shape));
  }
  return product;
}

/** A permutation that exchanges the last two axes and nothing else. */
function isTranspose(node: Node): boolean {
  if (node.op.name !== "permute") return false;
  const order = node.attributes["order"] as readonly number[];
  const rank = order.length;
  return order.every((axis, i) => axis === (i === rank - 1 ? rank - 2 : i === rank - 2 ? rank - 1 : i));
}

function lowerReduce(node: Node, visit: (node: Node) => Node): Node {
  if (node.op.lowering.kind !== "reduce") return visit(node);
  const { axes } = node.attributes as ReduceAttributes;
  const x = node.inputs[0] as Node;
  const isCanonical = x.shape.length === 3 && axes.length === 1 && axes[0] === 1;
  if (!isCanonical) return visit(reshape(reduceMiddle(node, toMiddle(x, axes)), node.shape));
  const [outer, extent, inner] = x.shape as [number, number, number];
  if (extent <= shortReduction) return visit(reshape(combineSlices(node, x), node.shape));
  if (extent <= longReduction || outer * inner >= fewOutputs) return node;
  const parts = divisorNear(extent, Math.ceil(Math.sqrt(extent)));
  if (parts === 1) return node;
  const first = reduceMiddle(node, reshape(x, [outer * parts, extent / parts, inner]));
  return visit(reshape(reduceMiddle(node, reshape(first, [outer, parts, inner])), node.shape));
}

/** A reduction of a few elements as an expression, which fuses with its neighbours. */
function combineSlices(like: Node, x: Node): Node {
  const combine = { sum: add, max: maximum, min: minimum }[like.op.name as "sum" | "max" | "min"];
  const [outer, extent, inner] = x.shape as [number, number, number];
  const slices = Array.from({ length: extent }, (_, k) => slice(x, [0, k, 0], [outer, 1, inner]));
  return slices.reduce((a, b) => combine(a, b));
}

function reduceMiddle(like: Node, x: Node): Node {
  const combine = { sum, max, min }[like.op.name as "sum" | "max" | "min"];
  return combine(x, [1]);
}

/** The input as [outer, reduced, inner]; axes that don't lie side by side are moved to the end first. */
function toMiddle(x: Node, axes: readonly number[]): Node {
  const first = axes[0] as number;
  const last = axes[axes.length - 1] as number;
  const between = x.shape.slice(first, last + 1);
  const isRun = between.every((size, i) => size === 1 || axes.includes(first + i));
  if (isRun) {
    return reshape(x, [sizeOf(x.shape.slice(0, first)), sizeOf(between), sizeOf(x.shape.slice(last + 1))]);
  }
  const kept = x.shape.flatMap((_, axis) => (axes.includes(axis) ? [] : [axis]));
  const moved = permute(x, [...kept, ...axes]);
  return reshape(moved, [sizeOf(kept.map((axis) => x.shape[axis] as number)), -1, 1]);
}

/** The largest divisor of `n` that is at most `target`. */
function divisorNear(n: number, target: number): number {
  for (let d = target; d > 1; d--) if (n % d === 0) return d;
  return 1;
}

function lowerConcat(node: Node, placed: Map<Node, Node>, visit: (node: Node) => Node): Node {
  if (node.op.lowering.kind !== "concat") return node;
  const axis = node.attributes["axis"] as number;
  if (!isAssembled(node)) {
    if (node.inputs.length <= mostPartsInside) return node;
    const first = [axis, ...node.shape.flatMap((_, k) => (k === axis ? [] : [k]))];
    const back = node.shape.map((_, k) => first.indexOf(k));
    return visit(
      permute(
        concat(
          node.inputs.map((part) => permute(part, first)),
          0,
        ),
        back,
      ),
    );
  }
  const parts = node.inputs.map((part) => {
    const { kind } = withoutReshapes(part).op.lowering;
    const isComputed = ["elementwise", "indexed", "reduce", "matmul", "convolution", "histogram"].includes(kind);
    const wanted = isComputed ? part : copy(part);
    // Equal copies are one node, which has one place: what stands in several is copied from copy to copy.
    let place = wanted;
    for (let last = placed.get(withoutReshapes(place)); last; last = placed.get(withoutReshapes(place))) {
      place = reshape(copy(last), part.shape);
    }
    placed.set(withoutReshapes(wanted), withoutReshapes(place));
    placed.set(withoutReshapes(place), withoutReshapes(place));
    return place;
  });
  return concat(parts, axis);
}

/** Whether a view keeps the elements in their order, so that a flat index passes through unchanged. */
export function keepsOrder(node: Node): boolean {
  return node.op.name === "reshape" || node.op.name === "again";
}
