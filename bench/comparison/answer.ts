/** What is compared of a kernel's outputs. Other engines are bundled with it, so it needs nothing of this one. */
import { places } from "../core/seeded.ts";
import type { KernelProblem } from "./problem.ts";

export interface Output {
  readonly size: number;
  /** About as large as its numbers: all are divided by it, so that an error shows in any output. */
  readonly scale: number;
}

/** In the problem's order. */
export function outputsOf(problem: KernelProblem): readonly Output[] {
  switch (problem.kind) {
    case "matmul":
      return [{ size: problem.size ** 2, scale: Math.sqrt(problem.size) }];
    case "convolution": {
      const { batch, outputSize, images, weights, cotangent, filters, channels } = problem.convolution;
      // Each is a sum of so many products of a normal number with a weight of deviation 0.1, or with another normal number.
      const output = ({ length: size }: Float32Array, terms: number, deviation: number): Output => ({
        size,
        scale: deviation * Math.sqrt(terms),
      });
      if (problem.pass === "forward") return [output(cotangent, weights.length / filters, 0.1)];
      return [output(images, weights.length / channels, 0.1), output(weights, batch * outputSize ** 2, 1)];
    }
    case "chain":
      return [{ size: problem.x.length, scale: 1 }];
    case "sum":
      return [{ size: 1, scale: problem.x.length }];
    case "softmax":
      return [{ size: problem.x.length, scale: 1 / problem.columns }];
    case "batchNorm": {
      const { x, scale } = problem.batchNorm;
      const channels = scale.length;
      const sum = { size: channels, scale: Math.sqrt(x.length / channels) };
      return [{ size: x.length, scale: 1 }, { size: x.length, scale: 1 }, sum, sum];
    }
  }
}

/** Numbers spread over all outputs, which an engine gives in the problem's order and in this engine's layouts. */
export function answerOf(problem: KernelProblem, outputs: readonly ArrayLike<number>[]): number[] {
  return outputsOf(problem).flatMap(({ size, scale }, i) =>
    places(size).map((place) => (outputs[i]?.[place] ?? Number.NaN) / scale),
  );
}
