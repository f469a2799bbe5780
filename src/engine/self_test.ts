import { at } from "../errors/at.ts";
import { KernelError } from "../errors/errors.ts";
import type { Node } from "../graph/node.ts";
import { add } from "../graph/primitives/elementwise_arithmetic.ts";
import { exponentBits } from "../graph/primitives/elementwise_bits.ts";
import { tanh } from "../graph/primitives/elementwise_functions.ts";
import { data } from "../graph/primitives/leaf.ts";
import { matmul } from "../graph/primitives/matmul.ts";
import { sum } from "../graph/primitives/sum_broadcast.ts";
import type { TypedArray } from "../graph/shape.ts";

/** Relative error that a correct driver stays below on these sums of at most 70 products. */
const tolerance = 1e-4;

/**
 * Computes a few known answers: a matrix product with odd sizes and an epilogue, a reduction, and the detection of NaN and
 * infinity by their bits. Drivers that get these wrong exist, and do so without a message.
 *
 * @throws KernelError naming what is wrong.
 */
export async function selfTest(
  engine: { evaluate(nodes: readonly Node[]): Promise<TypedArray[]> },
  adapterName: string,
): Promise<void> {
  const [m, k, n] = [13, 70, 11];
  const a = Float32Array.from({ length: m * k }, (_, i) => Math.fround(Math.sin(i + 1)));
  const b = Float32Array.from({ length: k * n }, (_, i) => Math.fround(Math.cos(0.5 * i)));
  const bias = Float32Array.from({ length: n }, (_, i) => i / 8);
  const special = new Float32Array([1, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, -2]);

  const expected = Float64Array.from({ length: m * n }, (_, i) => {
    const [row, column] = [Math.floor(i / n), i % n];
    let total = at(bias, column);
    for (let j = 0; j < k; j++) total += at(a, row * k + j) * at(b, j * n + column);
    return total;
  });
  const totals = Float64Array.from({ length: k }, (_, j) => {
    let total = 0;
    for (let row = 0; row < m; row++) total += at(a, row * k + j);
    return total;
  });
  const product = add(matmul(data(a, [m, k], "f32"), data(b, [k, n], "f32")), data(bias, [n], "f32"));
  const answers: readonly (readonly [what: string, node: Node, expected: Float64Array])[] = [
    ["a matrix product", product, expected],
    ["a sum over rows", sum(data(a, [m, k], "f32"), [0]), totals],
    ["tanh after a matrix product", tanh(product), expected.map(Math.tanh)],
    [
      "the exponent bits of NaN and infinity",
      exponentBits(data(special, [special.length], "f32")),
      Float64Array.of(127, 255, 255, 255, 0, 128),
    ],
  ];
  const results = await engine.evaluate(answers.map(([, node]) => node));
  for (const [i, [what, , wanted]] of answers.entries()) compare(what, at(results, i), wanted, adapterName);
}

function compare(what: string, actual: TypedArray, expected: Float64Array, adapterName: string): void {
  expected.forEach((value, i) => {
    const got = at(actual, i);
    if (Math.abs(got - value) <= tolerance * Math.max(1, Math.abs(value))) return;
    throw new KernelError(
      `Self-test: this GPU or its driver (${adapterName}) computes ${what} wrongly: element ${i} is ${got}, and should ` +
        `be ${value}. Update the driver or the browser, or use another adapter. { selfTest: false } skips this check.`,
    );
  });
}
