import { type Engine, type Tensor, vjp } from "saddlepoint";
import { type ConvolutionProblem, type ConvolutionShape, convolutionProblem } from "../core/convolution_problem.ts";
import { planRunner } from "../core/plan_runner.ts";
import { places } from "../core/seeded.ts";
import type { Variant, Workload } from "../core/workload.ts";
import { matmulVariant, type ProductSize } from "./matmul.ts";

/** The name of the variant that the three kernels of every shape are divided by. */
const reference = (size: number) => `matmul ${size}`;

/**
 * A convolution and its gradients by the images and by the filters, each beside the matrix product of the same size, and all
 * of them beside a large square one.
 */
export function convolutionWorkload(shape: ConvolutionShape, referenceSize: number): Workload {
  const { batch, size, channels, filters, kernel, stride } = shape;
  return {
    name: `n${batch} ${size}x${size}x${channels} to ${filters} k${kernel}s${stride}`,
    group: "convolution",
    unit: "flop",
    comparison: { reference: reference(referenceSize), as: "share" },
    variants: () => {
      const problem = convolutionProblem(shape);
      return [
        matmulVariant([referenceSize, referenceSize, referenceSize], reference(referenceSize)),
        ...(["forward", "input gradient", "filter gradient"] as const).flatMap((pass) => [
          matmulVariant(productSize(problem, pass), `product as large as ${pass}`),
          { ...passVariant(problem, pass), besidePrevious: true },
        ]),
      ];
    },
  };
}

type Pass = "forward" | "input gradient" | "filter gradient";

/**
 * The matrix product that computes the pass once its operands are unrolled, with as many multiplications: by taps and channels
 * for each output pixel, by the taps of a stride's phase and filters for each input pixel, and by output pixels for each weight.
 */
function productSize(
  { batch, size, channels, filters, kernel, outputSize, stride }: ConvolutionProblem,
  pass: Pass,
): ProductSize {
  const [inputs, outputs, taps] = [batch * size ** 2, batch * outputSize ** 2, kernel ** 2];
  if (pass === "forward") return [outputs, taps * channels, filters];
  if (pass === "input gradient") return [inputs, (taps / stride ** 2) * filters, channels];
  return [taps * channels, outputs, filters];
}

function passVariant(problem: ConvolutionProblem, pass: Pass): Variant {
  const size = { forward: problem.cotangent, "input gradient": problem.images, "filter gradient": problem.weights }[
    pass
  ].length;
  const at = places(size);
  return {
    name: pass,
    work: problem.flop,
    async prepare(engine) {
      const result = passTensors(engine, problem)[pass];
      return planRunner(await engine.plan({ label: `convolution, ${pass}`, outputs: { result } }), at);
    },
    expected: () => at.map((place) => passAt(problem, pass, place)),
  };
}

/** What the three passes compute. */
export function passTensors(engine: Engine, problem: ConvolutionProblem): Readonly<Record<Pass, Tensor>> {
  const { batch, size, channels, filters, kernel, outputSize, stride, padding } = problem;
  const images = engine.tensor(problem.images, [batch, size, size, channels]);
  const weights = engine.tensor(problem.weights, [filters, kernel, kernel, channels]);
  const cotangent = engine.tensor(problem.cotangent, [batch, outputSize, outputSize, filters]);
  const [forward, byImages] = vjp((x: Tensor) => x.conv2d(weights, { stride, padding }), images);
  const [, byWeights] = vjp((w: Tensor) => images.conv2d(w, { stride, padding }), weights);
  return { forward, "input gradient": byImages(cotangent), "filter gradient": byWeights(cotangent) };
}

/** One element of a pass in float64: y = sum x w over all places that meet, solved for the one that is asked for. */
export function passAt(problem: ConvolutionProblem, pass: Pass, place: number): number {
  const { batch, size, channels, filters, kernel, outputSize, stride, padding } = problem;
  const x = (n: number, h: number, w: number, c: number) =>
    h < 0 || w < 0 || h >= size || w >= size
      ? 0
      : (problem.images[((n * size + h) * size + w) * channels + c] as number);
  const weight = (o: number, i: number, j: number, c: number) =>
    problem.weights[((o * kernel + i) * kernel + j) * channels + c] as number;
  const dy = (n: number, p: number, q: number, o: number) =>
    p < 0 || q < 0 || p >= outputSize || q >= outputSize || !Number.isInteger(p) || !Number.isInteger(q)
      ? 0
      : (problem.cotangent[((n * outputSize + p) * outputSize + q) * filters + o] as number);
  const window = range(kernel).flatMap((i) => range(kernel).map((j) => [i, j] as const));

  if (pass === "forward") {
    const [n, p, q, o] = unravel(place, [batch, outputSize, outputSize, filters]);
    return total(window, ([i, j]) =>
      total(range(channels), (c) => x(n, p * stride - padding + i, q * stride - padding + j, c) * weight(o, i, j, c)),
    );
  }
  if (pass === "input gradient") {
    const [n, h, w, c] = unravel(place, [batch, size, size, channels]);
    return total(window, ([i, j]) =>
      total(
        range(filters),
        (o) => dy(n, (h + padding - i) / stride, (w + padding - j) / stride, o) * weight(o, i, j, c),
      ),
    );
  }
  const [o, i, j, c] = unravel(place, [filters, kernel, kernel, channels]);
  return total(range(batch), (n) =>
    total(range(outputSize), (p) =>
      total(range(outputSize), (q) => dy(n, p, q, o) * x(n, p * stride - padding + i, q * stride - padding + j, c)),
    ),
  );
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}

function total<Item>(items: readonly Item[], term: (item: Item) => number): number {
  return items.reduce((sum, item) => sum + term(item), 0);
}

type Four = readonly [number, number, number, number];

function unravel(place: number, [, b, c, d]: Four): Four {
  return [Math.floor(place / (b * c * d)), Math.floor(place / (c * d)) % b, Math.floor(place / d) % c, place % d];
}
