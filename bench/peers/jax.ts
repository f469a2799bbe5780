/** jax-js, with every step under `jit`. Images are [N, C, H, W] there, filters [O, I, H, W]. */

import type { JaxArray } from "@jax-js/jax";
import * as jax from "@jax-js/jax";
import type { Peer } from "../comparison/peer.ts";
import type { Problem } from "../comparison/problem.ts";
import type { ConvolutionProblem } from "../core/convolution_problem.ts";
import { places } from "../core/seeded.ts";
import type { Runner } from "../core/workload.ts";
import { disposeAll, toChannelsFirst } from "./jax_arrays.ts";
import { gameRunner } from "./jax_game.ts";
import { permutedShape, transposed } from "./layout.ts";

const { lax, numpy: np } = jax;

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
  switch (problem.kind) {
    case "matmul": {
      const { size, a, b } = problem;
      const factors = [a, b].map((values) => np.array(values, { shape: [size, size] }));
      const product = jax.jit((x: JaxArray, y: JaxArray) => [np.matmul(x.ref, y.ref)]);
      return kernelRunner(product as Kernel, factors, async ([result]) => pick(await result!.data(), size * size));
    }
    case "convolution":
      return convolutionRunner(problem.convolution, problem.pass);
    case "game":
      return gameRunner(problem.game);
  }
}

type Kernel = (...inputs: JaxArray[]) => JaxArray[];

/** How many results wait for each other: an array that is disposed before anyone waits for it is never computed. */
const kept = 8;

function kernelRunner(
  kernel: Kernel,
  inputs: readonly JaxArray[],
  answer: (results: JaxArray[]) => Promise<readonly number[]>,
): Runner {
  const once = () => kernel(...inputs.map((input) => input.ref));
  return {
    async run(times) {
      for (let done = 0; done < times; done += kept) {
        const results = Array.from({ length: Math.min(kept, times - done) }, once);
        await jax.blockUntilReady(results);
        disposeAll(results.flat());
      }
    },
    answer: () => answer(once()),
    dispose: () => disposeAll(inputs),
  };
}

function pick(values: Float32Array, size: number): number[] {
  return places(size).map((place) => values[place] as number);
}

function convolutionRunner(problem: ConvolutionProblem, pass: "forward" | "gradients"): Runner {
  const { batch, size, channels, filters, kernel, outputSize, stride, padding } = problem;
  const image = (values: Float32Array, shape: number[]) =>
    np.array(transposed(values, shape, toChannelsFirst), { shape: permutedShape(shape, toChannelsFirst) });
  const inputs = [
    image(problem.images, [batch, size, size, channels]),
    image(problem.weights, [filters, kernel, kernel, channels]),
    image(problem.cotangent, [batch, outputSize, outputSize, filters]),
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
  return kernelRunner((pass === "forward" ? forward : gradients) as Kernel, inputs, async (results) => {
    const [first] = results as [JaxArray];
    const shape = first.shape;
    return pick(
      transposed(await first.data(), shape, toChannelsLast),
      shape.reduce((product, n) => product * n, 1),
    );
  });
}
