/** Every public method of Tensor: axes as NumPy has them, and a sentence for whatever it can't take. */
import { describe, expect, test } from "vitest";
import { SaddlepointError } from "../../../src/errors/errors.ts";
import { input } from "../../../src/graph/primitives/leaf.ts";
import type { DType } from "../../../src/graph/shape.ts";
import { Tensor } from "../../../src/tensor/tensor.ts";
import { evaluate } from "../../reference/reference.ts";

const methods = Object.getOwnPropertyNames(Tensor.prototype).filter(
  (name) => typeof Object.getOwnPropertyDescriptor(Tensor.prototype, name)?.value === "function",
);
const x = Tensor.arange(24).cast("f32").reshape([2, 3, 4]);
const elements = (tensor: Tensor) => [...evaluate([tensor.node])[0]!];

/** Methods that take one axis, or several, or a place for each axis. */
const alongAxis: Readonly<Record<string, (t: Tensor, axis: number) => Tensor>> = {
  concat: (t, axis) => Tensor.concat([t, t.mul(2)], axis),
  sum: (t, axis) => t.sum(axis),
  mean: (t, axis) => t.mean(axis),
  max: (t, axis) => t.max(axis),
  min: (t, axis) => t.min(axis),
  variance: (t, axis) => t.variance(axis),
  norm: (t, axis) => t.norm(axis),
  logSumExp: (t, axis) => t.logSumExp(axis),
  argmax: (t, axis) => t.argmax(axis),
  softmax: (t, axis) => t.softmax(axis),
  logSoftmax: (t, axis) => t.logSoftmax(axis),
  flip: (t, axis) => t.flip(axis),
  "sum with keepDims": (t, axis) => t.sum(axis, { keepDims: true }),
  "argmax with keepDims": (t, axis) => t.argmax(axis, { keepDims: true }),
};
const alongAxes = [
  "sum",
  "mean",
  "max",
  "min",
  "variance",
  "norm",
  "logSumExp",
  "softmax",
  "logSoftmax",
  "flip",
] as const;

describe.each(Object.entries(alongAxis))("%s", (_, f) => {
  test.each([-1, -2, -3])("along axis %d counts from the end", (axis) => {
    const [negative, positive] = [f(x, axis), f(x, axis + 3)];
    expect(negative.shape).toEqual(positive.shape);
    expect(elements(negative)).toEqual(elements(positive));
  });

  test.each([3, -4, 0.5, Number.NaN, "0" as never, null as never])("refuses axis %s", (axis) => {
    expect(() => f(x, axis)).toThrow(SaddlepointError);
    expect(() => f(x, axis)).toThrow(/axis/);
  });

  test("refuses a scalar, which has no axes", () => {
    expect(() => f(Tensor.scalar(1), -1)).toThrow(/rank 0; it has no axes/);
  });
});

describe.each(alongAxes)("%s", (name) => {
  test("along two axes, negative or not", () => {
    expect(elements(x[name]([-1, 0]))).toEqual(elements(x[name]([0, 2])));
  });
  test("refuses an axis that is given twice", () => {
    expect(() => x[name]([1, -2])).toThrow(`${name}: an axis is twice in [1, -2]; give it once.`);
  });
});

test.each([
  [0, [2, 2, 3], [0, 1, 2, 3, 4, 5, 10, 11, 12, 13, 14, 15]],
  [1, [2, 2, 3], [0, 1, 2, 10, 11, 12, 3, 4, 5, 13, 14, 15]],
  [2, [2, 3, 2], [0, 10, 1, 11, 2, 12, 3, 13, 4, 14, 5, 15]],
])("stack along axis %d, and the same from the end", (axis, shape, values) => {
  const a = Tensor.arange(6).cast("f32").reshape([2, 3]);
  for (const along of [axis, axis - 3]) {
    const stacked = Tensor.stack([a, a.add(10)], along);
    expect(stacked.shape).toEqual(shape);
    expect(elements(stacked)).toEqual(values);
  }
  expect(Tensor.stack([Tensor.scalar(1), Tensor.scalar(2)], -1).shape).toEqual([2]);
});

test("permute counts from the end too", () => {
  expect(elements(x.permute([-1, 0, -2]))).toEqual(elements(x.permute([2, 0, 1])));
});

test.each<[string, () => unknown, RegExp]>([
  ["concat of nothing", () => Tensor.concat([]), /^concat: the tensors are \[\]; give at least one/],
  ["stack of nothing", () => Tensor.stack([]), /^stack: the tensors are \[\]/],
  ["concat of a tensor", () => Tensor.concat(x as never), /^concat: the tensors are a Tensor/],
  ["concat of numbers", () => Tensor.concat([1, 2] as never), /^concat: an operand is 1/],
  [
    "stack of shapes that differ",
    () => Tensor.stack([x, x.sum(0)]),
    /^stack: the shapes \[2, 3, 4\] and \[3, 4\] differ/,
  ],
  [
    "stack beyond the axes",
    () => Tensor.stack([x, x], 4),
    /^stack: axis 4 doesn't exist in a tensor of rank 4; use -4 to 3/,
  ],
  ["a text", () => x.add("2" as never), /^add: an operand is "2"; give a tensor/],
  ["an array", () => x.add([1] as never), /^add: an operand is \[1\]/],
  ["nothing", () => x.mul(undefined as never), /^mul: an operand is undefined/],
  ["NaN", () => x.less(Number.NaN), /^less: the number that is given is NaN/],
  ["a bound of NaN", () => x.clamp(0, Number.NaN), /^clamp: the number that is given is NaN/],
  ["where without a mask", () => Tensor.where(1 as never, x, 0), /^where: an operand is 1/],
  ["transpose of a vector", () => x.flatten().transpose(), /^transpose: \[24\] has no two axes/],
  ["an axis in a list for argmax", () => x.argmax([0] as never), /^argmax: axis \[0\] doesn't exist/],
])("%s", (_, f, message) => {
  expect(f).toThrow(SaddlepointError);
  expect(f).toThrow(message);
});

test.each<[DType, number]>([
  ["u32", -1],
  ["u32", 2 ** 32],
  ["u32", 1e20],
  ["u32", Number.POSITIVE_INFINITY],
  ["i32", 0.5],
  ["i32", 2 ** 31],
  ["i32", -(2 ** 31) - 1],
  ["i32", Number.NaN],
  ["bool", 2],
  ["f32", 1e39],
  ["f32", "1" as never],
  ["f32", true as never],
  ["f64" as never, 1],
])("%s can't hold %s", (dtype, value) => {
  for (const f of [() => Tensor.scalar(value, dtype), () => Tensor.full([2], value, dtype)]) {
    expect(f).toThrow(SaddlepointError);
  }
  const operand = () => Tensor.full([2], 1).cast(dtype).add(value);
  expect(operand).toThrow(SaddlepointError);
});

test.each([
  [[0]],
  [[-1]],
  [[1.5]],
  [[2, Number.NaN]],
  [5 as never],
  ["3" as never],
  [undefined as never],
  [new Array(2) as never],
])("%j is no shape", (shape) => {
  for (const f of [() => Tensor.full(shape, 1), () => x.broadcastTo(shape), () => x.slice([0, 0, 0], shape)]) {
    expect(f).toThrow(SaddlepointError);
  }
});

/** What a user might hand over by mistake. */
const garbage: readonly unknown[] = [
  "2",
  "",
  null,
  undefined,
  true,
  1n,
  {},
  [],
  [1],
  [[1]],
  ["a"],
  () => 1,
  Symbol("s"),
  Number.NaN,
  -1,
  0,
  0.5,
  2 ** 40,
  Number.POSITIVE_INFINITY,
  Float32Array.of(1),
  Promise.resolve(1),
  new Date(0),
  Tensor.scalar(1),
  x,
  x.cast("i32"),
  x.less(1),
];
const everyType = (["f32", "i32", "u32", "bool"] as const).map((dtype) => new Tensor(input("t", [1, 2, 2, 4], dtype)));

describe.each(methods.filter((name) => name !== "constructor" && name !== "data" && name !== "item"))("%s", (name) => {
  test("gives a tensor or a sentence, whatever it is called with", () => {
    const arguments_ = [[], ...garbage.flatMap((a) => [[a], [a, a], [2, a], [x, a], [[0], a]])];
    for (const tensor of everyType) {
      for (const given of arguments_) {
        const f = (tensor as unknown as Record<string, (...given: unknown[]) => unknown>)[name]!;
        let result: unknown;
        try {
          result = f.apply(tensor, given);
        } catch (error) {
          if (error instanceof SaddlepointError) continue;
          throw new Error(
            `${tensor.dtype}.${name}(${given.map((g) => (typeof g === "symbol" ? "symbol" : typeof g === "bigint" ? "1n" : JSON.stringify(g))).join()}): ${String(error)}`,
          );
        }
        expect(result).toBeInstanceOf(Tensor);
      }
    }
  });
});

test.each(["i32", "u32"] as const)("%s can't be divided by the constant 0", (dtype) => {
  expect(() => new Tensor(input("t", [2], dtype)).div(0)).toThrow(`div: ${dtype}[2] by the constant 0`);
});
