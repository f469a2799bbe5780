import "../../../extras/operations.ts";
import { at } from "../../../errors/at.ts";
import { normaliseAxes, type Shape } from "../../../graph/shape.ts";
import { isTensor, Tensor } from "../../../tensor/tensor.ts";
import { dataTypes } from "../file/model.ts";
import { refusal } from "../file/read.ts";
import {
  type Call,
  expectAttributes,
  list,
  mostPixels,
  number,
  type Operand,
  operand,
  optional,
  tensor,
  wholes,
} from "./operand.ts";

/** What arranges numbers, looks them up, multiplies matrices and sums along axes. */
export const arranging: Readonly<Record<string, (call: Call) => Operand>> = {
  Identity: (call) => operand(call, 0),
  Reshape: (call) => {
    expectAttributes(call, { allowzero: [undefined, 0] });
    const x = tensor(call);
    return x.reshape(wholes(call, 1).map((size, axis) => (size === 0 ? at(x.shape, axis) : size)));
  },
  Transpose: (call) => {
    const x = tensor(call);
    return x.permute(list(call, "perm", x.shape.map((_, axis) => axis).reverse()));
  },
  Concat: (call) => {
    const parts = call.inputs.map((_, i) => operand(call, i));
    if (!parts.every((part) => !isTensor(part))) {
      return Tensor.concat(
        parts.map((_, i) => tensor(call, i)),
        number(call, "axis", 0),
      );
    }
    const joined = parts.flatMap((_, i) => wholes(call, i));
    return { wholes: joined, shape: [joined.length] };
  },
  Pad: (call) => {
    const x = tensor(call);
    const rank = x.shape.length;
    const sides = wholes(call, 1);
    expectAttributes(call, { mode: ["reflect", "edge"] });
    if (sides.length !== 2 * rank || sides.some((count) => count < 0 || count > mostPixels)) {
      throw refusal(
        `the operator Pad has the pads [${sides.slice(0, 8).join(", ")}]; ${2 * rank} numbers from 0 to ${mostPixels} are read`,
      );
    }
    return x.pad(sides.slice(0, rank), sides.slice(rank), call.attributes["mode"] === "edge" ? "edge" : "reflect");
  },
  Expand: (call) => {
    const x = tensor(call);
    return x.broadcastTo(widened(x.shape, wholes(call, 1)));
  },
  Shape: (call) => {
    const { shape } = tensor(call);
    const part = shape.slice(number(call, "start", 0), number(call, "end", shape.length));
    return { wholes: part, shape: [part.length] };
  },
  Min: (call) => {
    const [a, b] = [operand(call, 0), operand(call, 1)];
    if (isTensor(a) || isTensor(b)) return tensor(call, 0).minimum(tensor(call, 1));
    const least = a.wholes.map((value, i) => Math.min(value, at(b.wholes, b.wholes.length === 1 ? 0 : i)));
    return { wholes: least, shape: a.shape };
  },
  Cast: (call) => {
    const to = number(call, "to", 0);
    if (to === dataTypes.float32) return tensor(call).cast("f32");
    if (to === dataTypes.int64) return tensor(call).cast("u32");
    throw refusal(`the operator Cast makes numbers of type ${to}; 1 (float) and 7 (int64) are read`);
  },
  Gather: (call) => {
    expectAttributes(call, { axis: [undefined, 0] });
    return tensor(call).gather(tensor(call, 1));
  },
  MatMul: (call) => tensor(call).matmul(tensor(call, 1)),
  Gemm: (call) => {
    expectAttributes(call, { alpha: [undefined, 1], beta: [undefined, 1] });
    const transposeA = number(call, "transA", 0) !== 0;
    const transposeB = number(call, "transB", 0) !== 0;
    const product = tensor(call).matmul(tensor(call, 1), { transposeA, transposeB });
    const bias = optional(call, 2);
    return bias ? product.add(bias) : product;
  },
  ReduceMean: (call) => reduced(call, (x, axes, options) => x.mean(axes, options), list(call, "axes", [])),
  ReduceSum: (call) => {
    const axes = call.inputs[1] === undefined ? [] : wholes(call, 1);
    return reduced(call, (x, along, options) => x.sum(along, options), axes);
  },
};

/** Over all axes if none is named. */
function reduced(
  call: Call,
  f: (x: Tensor, axes: readonly number[], options: { readonly keepDims: boolean }) => Tensor,
  axes: readonly number[],
): Tensor {
  const x = tensor(call);
  const along = axes.length === 0 ? x.shape.map((_, axis) => axis) : normaliseAxes(call.op, axes, x.shape.length);
  return f(x, along, { keepDims: number(call, "keepdims", 1) !== 0 });
}

/** The shape that two broadcast to, as far as a size of 1 in the one yields to the other's. */
function widened(shape: Shape, asked: readonly number[]): Shape {
  const rank = Math.max(shape.length, asked.length);
  const sizeAt = (sizes: readonly number[], axis: number) => sizes[axis - rank + sizes.length] ?? 1;
  return Array.from({ length: rank }, (_, axis) => {
    const size = sizeAt(shape, axis);
    return size === 1 ? sizeAt(asked, axis) : size;
  });
}
