import { compareGradients, type GradientCheck, type GradientCheckOptions } from "../autodiff/check.ts";
import { checkpointed } from "../autodiff/checkpoint.ts";
import { gradients, type TappedSite } from "../autodiff/gradients.ts";
import { at } from "../errors/at.ts";
import { assertKeys, assertKind, callback, describe, flag, list, positive } from "../errors/checks.ts";
import { OptionError, ShapeError } from "../errors/errors.ts";
import { freshId, type Node } from "../graph/node.ts";
import { data, variable } from "../graph/primitives/leaf.ts";
import { formatShape, sizeOf } from "../graph/shape.ts";
import { assertTensors, isTensor, Tensor } from "./tensor.ts";
import { flatten, type Tree } from "./tree.ts";

/** Tensors in nested arrays and objects. */
export type TensorTree = Tree<Tensor>;

export interface GradOptions {
  /** Called at every named site of the backward pass; see `Tensor.site`. */
  readonly tap?: (site: TappedSite) => void;
  /** Zeros for what the value doesn't depend on, instead of an error. */
  readonly allowUnused?: boolean;
}

/**
 * The function that returns `f`'s value and its gradient with respect to the first argument, in the argument's form.
 * Gradients are tensors like any others: differentiate them again for penalties, Hessian-vector products, or unrolled
 * optimisers. What `f` closes over counts as constant here, and still carries gradients of an outer `grad`.
 *
 * @throws GradientError if the value has more than one element, or, without `allowUnused`, doesn't depend on a part of the
 * argument.
 */
export function valueAndGrad<Argument extends TensorTree, Rest extends readonly unknown[]>(
  f: (x: Argument, ...rest: Rest) => Tensor,
  options: GradOptions = {},
): (x: Argument, ...rest: Rest) => [value: Tensor, gradient: Argument] {
  assertKind("grad", "the function", f, callback);
  assertKeys<GradOptions>("grad", options, { tap: callback, allowUnused: flag });
  return (x, ...rest) => {
    const { value, variables, paths, wrap } = trace(f, x, rest);
    const nodes = gradients(value.node, variables, { ...options, names: paths });
    return [value, wrap(nodes)];
  };
}

/** The gradient part of `valueAndGrad`. */
export function grad<Argument extends TensorTree, Rest extends readonly unknown[]>(
  f: (x: Argument, ...rest: Rest) => Tensor,
  options: GradOptions = {},
): (x: Argument, ...rest: Rest) => Argument {
  const both = valueAndGrad(f, options);
  return (x, ...rest) => both(x, ...rest)[1];
}

/**
 * `f(x)` of any shape, and the function that pulls a cotangent of that shape back to the argument.
 */
export function vjp<Argument extends TensorTree>(
  f: (x: Argument) => Tensor,
  x: Argument,
): [value: Tensor, pull: (cotangent: Tensor) => Argument] {
  const { value, variables, paths, wrap } = trace(f, x, []);
  return [value, (cotangent) => wrap(gradients(value.node, variables, { seed: cotangent.node, names: paths }))];
}

/** The product of `f`'s Hessian at `x` with `v`: the gradient of (gradient . v). */
export function hessianVectorProduct<Argument extends TensorTree>(
  f: (x: Argument) => Tensor,
  x: Argument,
  v: Argument,
): Argument {
  assertKind("hessianVectorProduct", "the function", f, callback);
  const directions = flatten(v, isTensor).leaves;
  const count = flatten(x, isTensor).leaves.length;
  if (directions.length !== count) {
    throw new OptionError(
      `hessianVectorProduct: ${directions.length} tensors for ${count}; give v the form of the argument.`,
    );
  }
  return grad((point: Argument) => {
    const parts = flatten(grad(f)(point), isTensor).leaves;
    return parts
      .map((part, i) => part.mul(at(directions, i).detach()).sum())
      .reduce((total, product) => total.add(product));
  })(x);
}

/**
 * The same function, whose inside is not kept for the backward pass: a gradient of any order computes again what comes of the
 * arguments, which takes less memory and more time. Values and gradients stay the same, random numbers too, and every site
 * is tapped once. As `jax.checkpoint`, and PyTorch's `torch.utils.checkpoint`.
 *
 * @throws OptionError for arguments or results that are not tensors, or trees of them.
 */
export function checkpoint<Arguments extends readonly TensorTree[], Result extends TensorTree>(
  f: (...args: Arguments) => Result,
): (...args: Arguments) => Result {
  assertKind("checkpoint", "the function", f, callback);
  return (...args) => {
    const given = flatten(args, isTensor);
    // Uses of their own, so that all that is computed from them is new: whatever is older, `f` closes over.
    const uses = given.leaves.map(({ node, evaluator }) => new Tensor(variable(node), evaluator));
    const begin = freshId();
    const { leaves, withLeaves } = flatten(f(...given.withLeaves(uses)), isTensor);
    if (leaves.length === 0) {
      throw new OptionError(
        "checkpoint: the function returned no tensor. Return one, or a tree of them, and no promise.",
      );
    }
    const results = checkpointed(
      leaves.map(({ node }) => node),
      new Set(uses.map(({ node }) => node)),
      ({ id }) => id < begin,
    );
    return withLeaves(results.map((node, i) => new Tensor(node, at(leaves, i).evaluator)));
  };
}

/**
 * Compares the gradient of `f` at `x`, computed on the GPU, with central differences of its value. f32 leaves about three
 * digits to a difference quotient: the defaults (step 1e-2, tolerance 2e-2) are for values and slopes of order one.
 */
export async function checkGradients(
  f: (...args: Tensor[]) => Tensor,
  args: readonly Tensor[],
  options: GradientCheckOptions = {},
): Promise<GradientCheck> {
  assertKind("checkGradients", "the function", f, callback);
  assertKind("checkGradients", "the arguments", args, list);
  args.forEach((tensor, i) => {
    assertTensors("checkGradients", { [`argument ${i}`]: tensor });
  });
  assertKeys<GradientCheckOptions>("checkGradients", options, { step: positive, tolerance: positive });
  const evaluator = args.find((tensor) => tensor.evaluator)?.evaluator;
  if (!evaluator)
    throw new ShapeError("checkGradients: none of the arguments belongs to an engine; use engine.tensor().");
  const tensorsOf = (values: readonly Float64Array[]) =>
    values.map((array, i) => new Tensor(data(Float32Array.from(array), at(args, i).shape, "f32"), evaluator));
  const values = await Promise.all(args.map(async (tensor) => Float64Array.from(await tensor.data())));
  const analytic = grad((list: Tensor[]) => f(...list))(tensorsOf(values));
  const results = await evaluator.evaluate(analytic.map((tensor) => tensor.node));
  return compareGradients(async (shifted) => f(...tensorsOf(shifted)).item(), results, values, {
    step: 1e-2,
    tolerance: 2e-2,
    ...options,
  });
}

function trace<Argument extends TensorTree, Rest extends readonly unknown[]>(
  f: (x: Argument, ...rest: Rest) => Tensor,
  x: Argument,
  rest: Rest,
): { value: Tensor; variables: Node[]; paths: string[]; wrap: (nodes: readonly Node[]) => Argument } {
  assertKind("grad", "the function", f, callback);
  const { leaves, paths, withLeaves } = flatten(x, isTensor);
  if (leaves.length === 0) {
    throw new OptionError(
      `grad: the argument is ${describe(x)}, which holds no tensor to differentiate with respect to.`,
    );
  }
  const variables = leaves.map((leaf) => variable(leaf.node));
  const evaluator = leaves.find((leaf) => leaf.evaluator)?.evaluator;
  const tensors = variables.map((node) => new Tensor(node, evaluator));
  const value = f(withLeaves(tensors), ...rest);
  assertTensors("grad", { "what the function returns": value });
  return {
    value,
    variables,
    paths: paths.map((path, i) => path || `the argument ${formatShape(at(leaves, i).shape)}`),
    wrap: (nodes) => withLeaves(nodes.map((node) => new Tensor(node, evaluator ?? value.evaluator))),
  };
}

/** Elements of all tensors of a tree. */
export function countElements(tree: TensorTree): number {
  return flatten(tree, isTensor).leaves.reduce((total, tensor) => total + sizeOf(tensor.shape), 0);
}
