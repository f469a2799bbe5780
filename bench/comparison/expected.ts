/** What a kernel's answer should be, in float64. */
import { places } from "../core/seeded.ts";
import { passAt } from "../workloads/convolution.ts";
import { chain, softmaxAt } from "../workloads/elementwise.ts";
import { productAt } from "../workloads/matmul.ts";
import { outputsOf } from "./answer.ts";
import { type BatchNormProblem, epsilon, type KernelProblem } from "./problem.ts";

/** An element of an output. */
type Element = (place: number) => number;

export function expectedOf(problem: KernelProblem): number[] {
  const elements = elementsOf(problem);
  return outputsOf(problem).flatMap(({ size, scale }, i) =>
    places(size).map((place) => (elements[i] as Element)(place) / scale),
  );
}

/** Of each output. */
function elementsOf(problem: KernelProblem): readonly Element[] {
  switch (problem.kind) {
    case "matmul": {
      const { size, a, b } = problem;
      return [(place) => productAt(a, b, [size, size, size], [place])[0] as number];
    }
    case "convolution": {
      const { convolution, pass } = problem;
      const passes = pass === "forward" ? (["forward"] as const) : (["input gradient", "filter gradient"] as const);
      return passes.map((one) => (place) => passAt(convolution, one, place));
    }
    case "chain":
      return [(place) => chain.number(problem.x[place] as number)];
    case "sum":
      return [() => problem.x.reduce((sum, value) => sum + value * value, 0)];
    case "softmax":
      return [(place) => softmaxAt(problem.x, problem.columns, place)];
    case "batchNorm":
      return batchNormElements(problem.batchNorm);
  }
}

/** With h the standardised x: y = scale h + bias, and its gradients (Ioffe and Szegedy 2015). */
function batchNormElements({ shape, x, cotangent, scale, bias }: BatchNormProblem): readonly Element[] {
  const [, , , channels] = shape;
  const rows = x.length / channels;
  const columnOf = (values: Float32Array, channel: number) =>
    Array.from({ length: rows }, (_, row) => values[row * channels + channel] as number);
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  const figures = Array.from({ length: channels }, (_, channel) => {
    const column = columnOf(x, channel);
    const mean = sum(column) / rows;
    const inverse = 1 / Math.sqrt(sum(column.map((value) => (value - mean) ** 2)) / rows + epsilon);
    const d = columnOf(cotangent, channel);
    const byScale = sum(d.map((value, row) => value * ((column[row] as number) - mean) * inverse));
    return { mean, inverse, byScale, byBias: sum(d), scale: scale[channel] as number, bias: bias[channel] as number };
  });
  const of = (place: number) => figures[place % channels] as (typeof figures)[number];
  const standardised: Element = (place) => ((x[place] as number) - of(place).mean) * of(place).inverse;
  return [
    (place) => of(place).scale * standardised(place) + of(place).bias,
    (place) => {
      const { inverse, byScale, byBias, scale: factor } = of(place);
      return factor * inverse * ((cotangent[place] as number) - (byBias + standardised(place) * byScale) / rows);
    },
    (channel) => of(channel).byScale,
    (channel) => of(channel).byBias,
  ];
}
