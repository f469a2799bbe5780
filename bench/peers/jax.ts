/** jax-js, with every step under `jit`. Images are [N, C, H, W] there, filters [O, I, H, W]. */

import type { JaxArray } from "@jax-js/jax";
import * as jax from "@jax-js/jax";
import { answerOf } from "../comparison/answer.ts";
import type { Peer } from "../comparison/peer.ts";
import type { BatchNormProblem, KernelProblem, Problem } from "../comparison/problem.ts";
import type { ConvolutionProblem } from "../core/convolution_problem.ts";
import type { Runner } from "../core/workload.ts";
import { disposeAll, toChannelsFirst } from "./jax_arrays.ts";
import { batchNorm, gameRunner } from "./jax_game.ts";
import { permutedShape, transposed } from "./layout.ts";

const { lax, nn, numpy: np } = jax;

const toChannelsLast = [0, 2, 3, 1];

export async function jaxPeer(device: "webgpu" | "wasm"): Promise<Peer> {
  const started = await jax.init(device);
  if (!started.includes(device)) throw new Error(`jax-js has no ${device} here.`);
  return {
    name: `jax-${device}`,
    async prepare(problem) {
      jax.defaultDevice(device);
      const runner = prepare(problem);
      const run = (times: number) => {
        // Another engine of the same library may have had its turn.
        jax.defaultDevice(device);
        return runner.run(times);
      };
      return { ...runner, run };
    },
  };
}

function prepare(problem: Problem): Runner {
  if (problem.kind === "game") return gameRunner(problem.game);
  if (problem.kind === "convolution") return convolutionRunner(problem, problem.convolution);
  if (problem.kind === "batchNorm") return batchNormRunner(problem, problem.batchNorm);
  const { inputs, kernel } = plainKernel(problem);
  const compiled = jax.jit((...arrays: JaxArray[]) => [kernel(...arrays)]) as Kernel;
  return kernelRunner(problem, compiled, inputs);
}

/** Of inputs and a result that have the same layout here. */
function plainKernel(problem: Exclude<KernelProblem, { kind: "convolution" | "batchNorm" }>) {
  switch (problem.kind) {
    case "matmul": {
      const { size, a, b } = problem;
      const inputs = [a, b].map((values) => np.array(values, { shape: [size, size] }));
      return { inputs, kernel: (...[x, y]: JaxArray[]) => np.matmul(x!.ref, y!.ref) };
    }
    case "chain": {
      const chain = (...[x]: JaxArray[]) => {
        const halfway = np.abs(np.tanh(x!.ref.mul(1.5).add(0.5)).mul(2).sub(0.25));
        return np.sqrt(halfway.add(1)).mul(x!.ref).neg();
      };
      return { inputs: [np.array(problem.x, { shape: [problem.x.length] })], kernel: chain };
    }
    case "sum": {
      const inputs = [np.array(problem.x, { shape: [problem.x.length] })];
      return { inputs, kernel: (...[x]: JaxArray[]) => np.square(x!.ref).sum() };
    }
    case "softmax": {
      const inputs = [np.array(problem.x, { shape: [problem.rows, problem.columns] })];
      return { inputs, kernel: (...[x]: JaxArray[]) => nn.softmax(x!.ref, 1) };
    }
  }
}

type ConvolutionKernel = Extract<KernelProblem, { kind: "convolution" }>;

type Kernel = (...inputs: JaxArray[]) => JaxArray[];

/** How many results wait for each other: an array that is disposed before anyone waits for it is never computed. */
const kept = 8;

/** Images and filters among the results, which have four axes, are compared in this engine's layout. */
function kernelRunner(problem: KernelProblem, kernel: Kernel, inputs: readonly JaxArray[]): Runner {
  const once = () => kernel(...inputs.map((input) => input.ref));
  return {
    async run(times) {
      for (let done = 0; done < times; done += kept) {
        const results = Array.from({ length: Math.min(kept, times - done) }, once);
        await jax.blockUntilReady(results);
        disposeAll(results.flat());
      }
    },
    async answer() {
      const outputs: Float32Array[] = [];
      for (const result of once()) {
        const { shape } = result;
        const values = await result.data();
        outputs.push(shape.length === 4 ? transposed(values, shape, toChannelsLast) : values);
      }
      return answerOf(problem, outputs);
    },
    dispose: () => disposeAll(inputs),
  };
}

function image(values: Float32Array, shape: readonly number[]): JaxArray {
  return np.array(transposed(values, shape, toChannelsFirst), { shape: permutedShape(shape, toChannelsFirst) });
}

function convolutionRunner(problem: ConvolutionKernel, convolution: ConvolutionProblem): Runner {
  const { batch, size, channels, filters, kernel, outputSize, stride, padding } = convolution;
  const inputs = [
    image(convolution.images, [batch, size, size, channels]),
    image(convolution.weights, [filters, kernel, kernel, channels]),
    image(convolution.cotangent, [batch, outputSize, outputSize, filters]),
  ];
  const pads: [number, number][] = [
    [padding, padding],
    [padding, padding],
  ];
  const convolve = (x: JaxArray, w: JaxArray) => lax.convGeneralDilated(x.ref, w.ref, [stride, stride], pads);
  const forward = jax.jit((x: JaxArray, w: JaxArray, _dy: JaxArray) => [convolve(x, w)]);
  const gradients = jax.jit((x: JaxArray, w: JaxArray, dy: JaxArray) =>
    jax.grad(([at, filter]: readonly JaxArray[]) => convolve(at!, filter!).mul(dy.ref).sum())([x.ref, w.ref]),
  );
  return kernelRunner(problem, (problem.pass === "forward" ? forward : gradients) as Kernel, inputs);
}

function batchNormRunner(problem: KernelProblem, { shape, x, cotangent, scale, bias }: BatchNormProblem): Runner {
  const inputs = [
    image(x, shape),
    image(cotangent, shape),
    ...[scale, bias].map((values) => np.array(values, { shape: [values.length] })),
  ];
  const both = jax.jit((at: JaxArray, dy: JaxArray, factor: JaxArray, summand: JaxArray) => {
    const [[, y], gradient] = jax.valueAndGrad(
      ([input, a, b]: readonly JaxArray[]): [JaxArray, JaxArray] => {
        const result = batchNorm(input!, a!, b!);
        return [result.ref.mul(dy.ref).sum(), result];
      },
      { hasAux: true },
    )([at.ref, factor.ref, summand.ref]);
    return [y, ...gradient];
  });
  return kernelRunner(problem, both as Kernel, inputs);
}
