/** What doesn't fit is refused with a sentence: the operation, the shapes or types, and what would do. */
import { expect, test } from "vitest";
import { SaddlepointError } from "../../../src/errors/errors.ts";
import { cast } from "../../../src/graph/primitives/cast.ts";
import { gather, histogram, scatterAdd } from "../../../src/graph/primitives/gather_scatter.ts";
import { constant, data, input, iota, site } from "../../../src/graph/primitives/leaf.ts";
import { matmul } from "../../../src/graph/primitives/matmul.ts";
import { integers, normal, shuffle, uniform } from "../../../src/graph/primitives/random.ts";
import { argmax, max, mean, min } from "../../../src/graph/primitives/reduce.ts";
import { flip, permute, reshape } from "../../../src/graph/primitives/shape_movement.ts";
import { concat, pad, slice } from "../../../src/graph/primitives/slice_pad.ts";
import { broadcast, sum } from "../../../src/graph/primitives/sum_broadcast.ts";
import * as ops from "../../reference/operations.ts";

const x = input("x", [2, 3]);
const y = input("y", [4, 5]);
const whole = input("whole", [2, 3], "i32");
const indices = input("indices", [2], "u32");
const mask = ops.less(x, constant(0));
const key = { seed: constant(1, [], "u32"), count: constant(0, [], "u32") };
const floatKey = { seed: constant(1), count: constant(0, [], "u32") };

test.each<[string, () => unknown, RegExp]>([
  [
    "add of shapes that don't broadcast",
    () => ops.add(x, y),
    /^add: the shapes \[2, 3\] and \[4, 5\] don't broadcast: axis \d/,
  ],
  [
    "mul of two types",
    () => ops.mul(x, whole),
    /^mul: operands of type f32 and i32 with shape \[2, 3\]; .* Use cast\(\)/,
  ],
  ["tanh of integers", () => ops.tanh(whole), /^tanh: operands of type i32 with shape \[2, 3\]; it takes f32/],
  ["neg of u32", () => ops.neg(indices), /^neg: operands of type u32 with shape \[2\]; it takes f32, i32/],
  ["select by numbers", () => ops.select(x, x, x), /^select: the mask is f32; compare first/],
  ["select between two types", () => ops.select(mask, x, whole), /^select: operands of type f32 and i32/],
  ["cast to u8", () => cast(x, "u8"), /^cast: u8 is a storage type/],
  [
    "matmul of inner sizes that differ",
    () => matmul(x, y),
    /^matmul: \[2, 3\] times \[4, 5\]: the inner sizes 3 and 4 differ/,
  ],
  [
    "matmul transposed",
    () => matmul(x, y, true, true),
    /^matmul: \[2, 3\] transposed times \[4, 5\] transposed: .* 2 and 5/,
  ],
  [
    "matmul of a vector",
    () => matmul(x, input("v", [3])),
    /^matmul: \[2, 3\] times \[3\]: both sides need at least two axes/,
  ],
  [
    "matmul of integers",
    () => matmul(x, input("w", [3, 2], "i32")),
    /^matmul: .*operands are f32 and i32; cast both to f32/,
  ],
  [
    "matmul of batches that don't broadcast",
    () => matmul(input("a", [2, 3, 3]), input("b", [4, 3, 3])),
    /^matmul: the shapes \[2\] and \[4\] don't broadcast/,
  ],
  ["reshape to another size", () => reshape(x, [4, 2]), /^reshape: \[2, 3\] has 6 elements and can't become \[4, 2\]/],
  [
    "reshape with two unknowns",
    () => reshape(x, [-1, -1]),
    /^reshape: \[2, 3\] has 6 elements and can't become \[-1, -1\]/,
  ],
  ["reshape to a fraction", () => reshape(x, [4, -1]), /^reshape: \[4, 1\.5\] is not a shape/],
  ["permute of too few axes", () => permute(x, [0]), /^permute: \[0\] is not an order of the axes of \[2, 3\]/],
  ["permute with an axis twice", () => permute(x, [1, 1]), /^permute: \[1, 1\] is not an order/],
  [
    "flip of an axis that doesn't exist",
    () => flip(x, [2]),
    /^flip: axis 2 doesn't exist in a tensor of rank 2; use -2 to 1/,
  ],
  [
    "slice beyond the end",
    () => slice(x, [0, 2], [2, 2]),
    /^slice: the block of \[2, 2\] from \[0, 2\] is not inside \[2, 3\]/,
  ],
  ["slice of nothing", () => slice(x, [0, 0], [0, 3]), /^slice: the block of \[0, 3\]/],
  ["pad of too few axes", () => pad(x, [1], [1]), /^pad: \[1\] before and \[1\] after don't fit \[2, 3\]/],
  ["pad by less than nothing", () => pad(x, [-1, 0], [0, 0]), /^pad: \[-1, 0\] before .* don't fit \[2, 3\]/],
  ["concat of sizes that differ", () => concat([x, y], 0), /^concat along axis 0: f32\[2, 3\], f32\[4, 5\] must agree/],
  [
    "concat of types that differ",
    () => concat([x, whole], 0),
    /^concat along axis 0: f32\[2, 3\], i32\[2, 3\] must agree in type/,
  ],
  [
    "concat along an axis that doesn't exist",
    () => concat([x, x], 2),
    /^concat: axis 2 doesn't exist in a tensor of rank 2/,
  ],
  ["concat of nothing", () => concat([], 0), /^concat: there is nothing to concatenate/],
  [
    "broadcast to a shape it doesn't stretch to",
    () => broadcast(x, [3, 3]),
    /^broadcast: the shapes \[2, 3\] and \[3, 3\] don't/,
  ],
  ["broadcast to fewer axes", () => broadcast(x, [3]), /^broadcast: \[2, 3\] doesn't stretch to \[3\]/],
  ["sum over an axis that doesn't exist", () => sum(x, [2]), /^sum: axis 2 doesn't exist in a tensor of rank 2/],
  ["mean over an axis that doesn't exist", () => mean(x, [-3]), /^sum: axis -3 doesn't exist/],
  ["sum of a mask", () => sum(mask, [0]), /^sum: bool\[2, 3\] can't be reduced; cast it/],
  ["max over an axis that doesn't exist", () => max(x, [5]), /^max: axis 5 doesn't exist in a tensor of rank 2/],
  ["min of a mask", () => min(mask, [0]), /^min: bool\[2, 3\] can't be reduced/],
  ["argmax over an axis that doesn't exist", () => argmax(x, 2), /^argmax: axis 2 doesn't exist/],
  [
    "gather by numbers",
    () => gather(x, input("f", [2])),
    /^gather: a table \[2, 3\] with indices f32\[2\]; the indices must be u32/,
  ],
  ["gather from a scalar", () => gather(input("s", []), indices), /^gather: a table \[\] with indices u32\[2\]/],
  [
    "scatterAdd of another length",
    () => scatterAdd(indices, y, 3),
    /^scatterAdd: indices u32\[2\] with values \[4, 5\]/,
  ],
  ["scatterAdd of integers", () => scatterAdd(indices, whole, 3), /^scatterAdd: i32 values into 3 rows; it takes f32/],
  ["scatterAdd into nothing", () => scatterAdd(indices, x, 0), /^scatterAdd: f32 values into 0 rows/],
  ["histogram of numbers", () => histogram(x, 4), /^histogram: f32 in 4 bins; it takes u32 and 1 to 1024 bins/],
  ["histogram of too many bins", () => histogram(indices, 2000), /^histogram: u32 in 2000 bins/],
  [
    "uniform with a key of numbers",
    () => uniform(floatKey, 0, [2]),
    /^uniform: seed and count must be u32 scalars, not f32\[\]/,
  ],
  ["normal of no size", () => normal(key, 0, [0]), /^normal: \[0\] is not a shape/],
  [
    "integers with a key of numbers",
    () => integers(floatKey, 0, [2], 5),
    /^integers: seed and count must be u32 scalars/,
  ],
  ["integers below nothing", () => integers(key, 0, [2], 0), /^integers: the range 0 must be a whole number from 1/],
  ["shuffle of numbers", () => shuffle(x, key, 0, 5), /^shuffle: position is f32; cast it to u32/],
  ["shuffle with a key of numbers", () => shuffle(indices, floatKey, 0, 5), /^shuffle: seed is f32; cast it to u32/],
  ["iota of no length", () => iota(0), /^iota: \[0\] is not a shape: every size must be a whole number of at least 1/],
  [
    "data that doesn't fill its shape",
    () => data(Float32Array.of(1, 2), [3], "f32"),
    /^tensor: 2 values don't fill the shape \[3\]/,
  ],
  [
    "a site with a slope of another shape",
    () => site(x, "relu", y),
    /^site "relu": the derivative has shape \[4, 5\], the value \[2, 3\]/,
  ],
])("%s", (_, build, message) => {
  expect(build).toThrow(SaddlepointError);
  expect(build).toThrow(message);
});
