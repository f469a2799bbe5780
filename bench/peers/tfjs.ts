/** TensorFlow.js, with its own Adam. Filters are [H, W, I, O] there, transposed ones [H, W, O, I]. */

import { setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-webgpu";
import "@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops.js";
import "@tensorflow/tfjs-core/dist/register_all_gradients.js";
import type { Tensor, Variable } from "@tensorflow/tfjs-core";
import { answerOf } from "../comparison/answer.ts";
import type { Peer } from "../comparison/peer.ts";
import {
  adam,
  type BatchNormProblem,
  epsilon,
  type Game,
  judgedIterations,
  type KernelProblem,
  type Layer,
  leakySlope,
  type Parameter,
  type Player,
  type Problem,
} from "../comparison/problem.ts";
import type { ConvolutionProblem } from "../core/convolution_problem.ts";
import type { Runner } from "../core/workload.ts";
import { permutedShape, transposed } from "./layout.ts";

export async function tfjsPeer(backend: "webgpu" | "wasm"): Promise<Peer> {
  setWasmPaths(new URL("./", import.meta.url).href);
  if (!(await tf.setBackend(backend))) throw new Error(`TensorFlow.js has no ${backend} here.`);
  await tf.ready();
  return {
    name: `tfjs-${backend}`,
    async prepare(problem) {
      await tf.setBackend(backend);
      const runner = prepare(problem);
      const onBackend = async <Result>(task: () => Promise<Result>) => {
        await tf.setBackend(backend);
        return task();
      };
      return {
        run: (times) => onBackend(() => runner.run(times)),
        answer: () => onBackend(runner.answer),
        dispose: runner.dispose,
      };
    },
  };
}

function prepare(problem: Problem): Runner {
  switch (problem.kind) {
    case "matmul": {
      const { size, a, b } = problem;
      const [x, y] = [tf.tensor(a, [size, size]), tf.tensor(b, [size, size])];
      return kernelRunner(problem, () => [tf.matMul(x, y)], [x, y]);
    }
    case "convolution":
      return convolutionRunner(problem, problem.convolution);
    case "chain": {
      const x = tf.tensor(problem.x, [problem.x.length]);
      const chain = () => x.mul(1.5).add(0.5).tanh().mul(2).sub(0.25).abs().add(1).sqrt().mul(x).neg();
      return kernelRunner(problem, () => [tf.tidy(chain)], [x]);
    }
    case "sum": {
      const x = tf.tensor(problem.x, [problem.x.length]);
      return kernelRunner(problem, () => [tf.tidy(() => x.square().sum())], [x]);
    }
    case "softmax": {
      const x = tf.tensor(problem.x, [problem.rows, problem.columns]);
      return kernelRunner(problem, () => [tf.softmax(x)], [x]);
    }
    case "batchNorm":
      return batchNormRunner(problem, problem.batchNorm);
    case "game":
      return gameRunner(problem.game);
  }
}

/** Filters among the results are compared in this engine's layout, which `order` gives for them. */
function kernelRunner(
  problem: KernelProblem,
  kernel: () => Tensor[],
  inputs: readonly Tensor[],
  order?: (result: number) => readonly number[] | undefined,
): Runner {
  return {
    async run(times) {
      for (let i = 1; i < times; i++) tf.dispose(kernel());
      await finished(kernel());
    },
    async answer() {
      const results = kernel();
      const outputs: Float32Array[] = [];
      for (const [i, result] of results.entries()) {
        const values = Float32Array.from(await result.data());
        const axes = order?.(i);
        outputs.push(axes ? transposed(values, result.shape, axes) : values);
      }
      tf.dispose(results);
      return answerOf(problem, outputs);
    },
    dispose: () => tf.dispose(inputs),
  };
}

/** Reads one number of each, which waits for all of it. */
async function finished(results: readonly Tensor[]): Promise<void> {
  const ends = results.map((result) => tf.tidy(() => result.flatten().slice([0], [1])));
  await Promise.all(ends.map((end) => end.data()));
  tf.dispose([...results, ...ends]);
}

function convolutionRunner(problem: ConvolutionKernel, convolution: ConvolutionProblem): Runner {
  const { batch, size, channels, filters, kernel, outputSize, stride, padding } = convolution;
  const images = tf.tensor(convolution.images, [batch, size, size, channels]);
  const weights = filterTensor(convolution.weights, [filters, kernel, kernel, channels], [1, 2, 3, 0]);
  const cotangent = tf.tensor(convolution.cotangent, [batch, outputSize, outputSize, filters]);
  const forward = (x: Tensor, w: Tensor) => tf.conv2d(x, w, stride, padding);
  // Runs the forward pass too, which the others leave out.
  const gradients = tf.grads((...inputs: Tensor[]) => forward(inputs[0]!, inputs[1]!));
  return kernelRunner(
    problem,
    problem.pass === "forward" ? () => [forward(images, weights)] : () => gradients([images, weights], cotangent),
    [images, weights, cotangent],
    (result) => (result === 1 ? [3, 0, 1, 2] : undefined),
  );
}

function batchNormRunner(problem: KernelProblem, { shape, x, cotangent, scale, bias }: BatchNormProblem): Runner {
  const inputs = [tf.tensor(x, [...shape]), tf.tensor(scale), tf.tensor(bias)];
  const dy = tf.tensor(cotangent, [...shape]);
  const forward = (...[at, factor, summand]: Tensor[]) => batchNorm(at!, factor!, summand!);
  const gradients = tf.valueAndGrads(forward);
  const both = () => {
    const { value, grads } = gradients(inputs, dy);
    return [value, ...grads];
  };
  return kernelRunner(problem, both, [...inputs, dy]);
}

function batchNorm(x: Tensor, scale: Tensor, bias: Tensor): Tensor {
  const { mean, variance } = tf.moments(x, [0, 1, 2]);
  return tf.batchNorm(x, mean, variance, bias, scale, epsilon);
}

type ConvolutionKernel = Extract<KernelProblem, { kind: "convolution" }>;

function filterTensor(values: Float32Array, shape: readonly number[], order: readonly number[]): Tensor {
  return tf.tensor(transposed(values, shape, order), permutedShape(shape, order));
}

function gameRunner(game: Game): Runner {
  const [generator, discriminator] = [networkOf(game.generator, game), networkOf(game.discriminator, game)];
  const [g, d] = [optimizer(game), optimizer(game)];
  const sampleShape = [game.batch, ...game.discriminator.inputShape];
  const real = tf.tensor(game.real, sampleShape);
  const latents = game.latents.map((values) => tf.tensor(values, [game.batch, ...game.generator.inputShape]));
  const mix = tf.tensor(game.mix, [game.batch, ...game.discriminator.inputShape.map(() => 1)]);
  const losses = lossesOf(game);

  const discriminatorLoss = (fake: Tensor) => {
    const adversarial = losses.discriminator(discriminator.apply(real), discriminator.apply(fake));
    if (game.penaltyWeight === 0) return adversarial;
    const between = real.mul(mix).add(fake.mul(mix.neg().add(1)));
    const slope = tf.grad((x) => discriminator.apply(x).sum())(between);
    const norms = slope.reshape([game.batch, -1]).square().sum(1).add(1e-12).sqrt();
    return adversarial.add(norms.sub(1).square().mean().mul(game.penaltyWeight));
  };
  const generatorLoss = () => losses.generator(discriminator.apply(generator.apply(latents[1]!).reshape(sampleShape)));
  const step = (optimiser: ReturnType<typeof optimizer>, loss: () => Tensor, variables: Variable[]) =>
    tf.tidy(() => {
      const { value, grads } = tf.variableGrads(loss, variables);
      optimiser.applyGradients(grads);
      return value;
    });

  let latest: Tensor[] = [];
  const iterate = () => {
    tf.dispose(latest);
    latest = [];
    for (let i = 0; i < game.criticSteps; i++) {
      if (latest[0]) tf.dispose(latest[0]);
      latest[0] = tf.tidy(() => {
        const fake = generator.apply(latents[0]!).reshape(sampleShape);
        return step(d, () => discriminatorLoss(fake), discriminator.variables);
      });
    }
    latest[1] = step(g, generatorLoss, generator.variables);
  };
  let done = 0;
  const run = async (times: number) => {
    for (let i = 0; i < times; i++) iterate();
    done += times;
    // Waits for the backend.
    return (await Promise.all(latest.map((loss) => loss.data()))).map((values) => values[0] as number);
  };
  let first: number[] = [];
  return {
    async run(times) {
      first = await run(times);
    },
    async answer() {
      const judged = [...first];
      for (const iteration of judgedIterations.slice(1)) judged.push(...(await run(iteration - done)));
      return judged;
    },
    dispose() {
      tf.dispose([...generator.variables, ...discriminator.variables, ...latents, ...latest, real, mix]);
      g.dispose();
      d.dispose();
    },
  };
}

function optimizer({ learningRate }: Game) {
  return tf.train.adam(learningRate, adam.beta1, adam.beta2, adam.epsilon);
}

function lossesOf({ loss }: Game) {
  if (loss === "wasserstein") {
    return {
      discriminator: (real: Tensor, fake: Tensor) => fake.mean().sub(real.mean()),
      generator: (fake: Tensor) => fake.mean().neg(),
    };
  }
  return {
    discriminator: (real: Tensor, fake: Tensor) => tf.softplus(real.neg()).mean().add(tf.softplus(fake).mean()),
    generator: (fake: Tensor) => tf.softplus(fake.neg()).mean(),
  };
}

function networkOf({ layers, parameters }: Player, { penaltyWeight }: Game) {
  const variables = layers.map((layer, i) =>
    parameters[i]!.map((parameter) => tf.variable(initialValue(layer, parameter))),
  );
  const isDifferentiatedTwice = penaltyWeight > 0;
  return {
    variables: variables.flat(),
    apply: (x: Tensor) =>
      layers.reduce((y, layer, i) => applyLayer(layer, variables[i] as Variable[], y, isDifferentiatedTwice), x),
  };
}

function initialValue({ kind }: Layer, { name, shape, values }: Parameter): Tensor {
  if (name === "weight" && kind === "down") return filterTensor(values, shape, [1, 2, 3, 0]);
  if (name === "weight" && kind === "up") return filterTensor(values, shape, [1, 2, 3, 0]);
  return tf.tensor(values, [...shape]);
}

function applyLayer(
  layer: Layer,
  [weight, bias]: readonly Variable[],
  x: Tensor,
  isDifferentiatedTwice: boolean,
): Tensor {
  const add = (y: Tensor) => (bias ? y.add(bias) : y);
  switch (layer.kind) {
    case "linear":
      return add(tf.matMul(x, weight!));
    case "down":
      return add(tf.conv2d(x, weight!, 2, 1));
    case "up": {
      const [batch, height, width] = x.shape as [number, number, number];
      return add(tf.conv2dTranspose(x, weight!, [batch, 2 * height, 2 * width, layer.outputs], 2, 1));
    }
    case "batchNorm":
      return batchNorm(x, weight!, bias!);
    case "reshape":
      return x.reshape([x.shape[0] as number, ...layer.shape]);
    case "flatten":
      return x.reshape([x.shape[0] as number, -1]);
    case "relu":
      return x.relu();
    case "leakyRelu":
      // Its gradient has none of its own there ("gradient function not found for Greater"); this form has.
      return isDifferentiatedTwice ? x.relu().sub(x.neg().relu().mul(leakySlope)) : tf.leakyRelu(x, leakySlope);
    case "tanh":
      return x.tanh();
  }
}
