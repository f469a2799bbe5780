/** What is compared of a kernel's outputs, and what it should be, in float64. */
import { places } from "../core/seeded.ts";
import { passAt } from "../workloads/convolution.ts";
import { chain, softmaxAt } from "../workloads/elementwise.ts";
import { productAt } from "../workloads/matmul.ts";
import { type BatchNormProblem, epsilon, type KernelProblem } from "./problem.ts";

interface Output {
  readonly size: number;
  /** About as large as its numbers: all are divided by it, so that an error shows in any output. */
  readonly scale: number;
  at(place: number): number;
}

/** Numbers spread over all outputs, which an engine gives in the problem's order and in this engine's layouts. */
export function answerOf(problem: KernelProblem, outputs: readonly ArrayLike<number>[]): number[] {
  return outputsOf(problem).flatMap(({ size, scale }, i) =>
    places(size).map((place) => (outputs[i]?.[place] ?? Number.NaN) / scale),
  );
}

export function expectedOf(problem: KernelProblem): number[] {
  return outputsOf(problem).flatMap(({ size, scale, at }) => places(size).map((place) => at(place) / scale));
}

function outputsOf(problem: KernelProblem): readonly Output[] {
  switch (problem.kind) {
    case "matmul": {
      const { size, a, b } = problem;
      const at = (place: number) => productAt(a, b, [size, size, size], [place])[0] as number;
      return [{ size: size ** 2, scale: Math.sqrt(size), at }];
    }
    case "convolution": {
      const { convolution, pass } = problem;
      const { batch, outputSize, images, weights, cotangent } = convolution;
      const output = (of: Parameters<typeof passAt>[1], { length }: Float32Array, terms: number): Output => ({
        size: length,
        scale: Math.sqrt(terms),
        at: (place) => passAt(convolution, of, place),
      });
      if (pass === "forward") return [output("forward", cotangent, weights.length / convolution.filters)];
      return [
        output("input gradient", images, weights.length / convolution.channels),
        output("filter gradient", weights, 100 * batch * outputSize ** 2),
      ];
    }
    case "chain":
      return [{ size: problem.x.length, scale: 1, at: (place) => chain.number(problem.x[place] as number) }];
    case "sum":
      return [{ size: 1, scale: problem.x.length, at: () => problem.x.reduce((sum, value) => sum + value * value, 0) }];
    case "softmax": {
      const { x, columns } = problem;
      return [{ size: x.length, scale: 1 / columns, at: (place) => softmaxAt(x, columns, place) }];
    }
    case "batchNorm":
      return batchNormOutputs(problem.batchNorm);
  }
}

/** With h the standardised x: y = scale h + bias, and its gradients (Ioffe and Szegedy 2015). */
function batchNormOutputs({ shape, x, cotangent, scale, bias }: BatchNormProblem): readonly Output[] {
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
  type Figures = (typeof figures)[number];
  const of = (channel: number) => figures[channel] as Figures;
  const standardised = (place: number) => {
    const { mean, inverse } = of(place % channels);
    return ((x[place] as number) - mean) * inverse;
  };
  return [
    {
      size: x.length,
      scale: 1,
      at: (place) => of(place % channels).scale * standardised(place) + of(place % channels).bias,
    },
    {
      size: x.length,
      scale: 1,
      at: (place) => {
        const { inverse, byScale, byBias, scale: factor } = of(place % channels);
        return (
          factor * inverse * ((cotangent[place] as number) - byBias / rows - (standardised(place) * byScale) / rows)
        );
      },
    },
    { size: channels, scale: Math.sqrt(rows), at: (channel) => of(channel).byScale },
    { size: channels, scale: Math.sqrt(rows), at: (channel) => of(channel).byBias },
  ];
}
