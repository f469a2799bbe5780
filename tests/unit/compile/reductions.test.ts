/** Which reductions take four neighbours at once. */
import { expect, test } from "vitest";
import type { Tensor } from "../../../src/index.ts";
import { compile, leaf, output } from "./graphs.ts";

const accumulators = (result: Tensor) => {
  const [kernel] = compile([output(result)]).kernels;
  return /v0: (\w+)/.exec(kernel!.source)?.[1];
};

test.each([
  ["columns whose number fours divide", leaf("x", [100, 8]).sum(0), "vec4f"],
  ["rows whose length fours divide", leaf("x", [3, 1024]).sum(1), "vec4f"],
  [
    "what is computed by vectors on the way",
    leaf("x", [100, 8])
      .sub(leaf("m", [8]))
      .square()
      .sum(0),
    "vec4f",
  ],
  ["other columns", leaf("x", [100, 6]).sum(0), "f32"],
  ["other rows", leaf("x", [3, 1023]).sum(1), "f32"],
  ["columns of what would stand four times in the kernel", leaf("x", [100, 8]).exp().sum(0), "f32"],
  ["rows of it, whose order of sums must not depend on that", leaf("x", [3, 1024]).exp().sum(1), "vec4f"],
])("%s", (_, result, type) => {
  expect(accumulators(result)).toBe(type);
});
