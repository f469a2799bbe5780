/** What all engines compute alike: shapes, weights and data as numbers on the host. */

import { type ConvolutionProblem, convolutionProblem } from "../core/convolution_problem.ts";
import { normals, uniforms } from "../core/seeded.ts";

export type Problem = KernelProblem | { readonly kind: "game"; readonly game: Game };

/** What float64 on the host can check. Each has outputs in a fixed order. */
export type KernelProblem =
  | { readonly kind: "matmul"; readonly size: number; readonly a: Float32Array; readonly b: Float32Array }
  /** The output; or the gradients by the images and by the weights. */
  | { readonly kind: "convolution"; readonly pass: "forward" | "gradients"; readonly convolution: ConvolutionProblem }
  /** The ten operations of `chain`; the sum of squares. */
  | { readonly kind: "chain" | "sum"; readonly x: Float32Array }
  /** Of each row of [rows, columns]. */
  | { readonly kind: "softmax"; readonly x: Float32Array; readonly rows: number; readonly columns: number }
  | { readonly kind: "batchNorm"; readonly batchNorm: BatchNormProblem };

/** Batch norm over all axes but the last, forward and backward: y, and the gradients by x, by the scale and by the bias. */
export interface BatchNormProblem {
  readonly shape: readonly [batch: number, height: number, width: number, channels: number];
  readonly x: Float32Array;
  readonly cotangent: Float32Array;
  /** [channels], both. */
  readonly scale: Float32Array;
  readonly bias: Float32Array;
}

/** Filters are 4 x 4 with stride 2 and padding 1, which halves or doubles an image. */
export type Layer =
  | { readonly kind: "linear"; readonly inputs: number; readonly outputs: number; readonly bias: boolean }
  | { readonly kind: "down" | "up"; readonly inputs: number; readonly outputs: number; readonly bias: boolean }
  | { readonly kind: "batchNorm"; readonly channels: number }
  | { readonly kind: "reshape"; readonly shape: readonly [height: number, width: number, channels: number] }
  | { readonly kind: "flatten" | "relu" | "leakyRelu" | "tanh" };

export const kernel = 4;
export const leakySlope = 0.2;
export const epsilon = 1e-5;
export const adam = { beta1: 0.5, beta2: 0.999, epsilon: 1e-8 };

/** A parameter; `shape` is [inputs, outputs], [filters, 4, 4, channels] ("up": [channels, 4, 4, filters]), or [outputs]. */
export interface Parameter {
  readonly name: "weight" | "scale" | "bias";
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

export interface Player {
  readonly inputShape: readonly number[];
  readonly layers: readonly Layer[];
  /** Those of each layer. */
  readonly parameters: readonly (readonly Parameter[])[];
}

/**
 * A game on one batch that stays the same, since no two libraries draw the same random numbers. An iteration is
 * `criticSteps` steps of the discriminator and one of the generator, each with its own forward pass, as in training.
 */
export interface Game {
  readonly generator: Player;
  readonly discriminator: Player;
  readonly loss: "non-saturating" | "wasserstein";
  /** Of the gradient penalty of WGAN-GP, on the discriminator's steps; 0 for none. */
  readonly penaltyWeight: number;
  readonly criticSteps: number;
  readonly learningRate: number;
  readonly batch: number;
  /** [batch, ...sample] */
  readonly real: Float32Array;
  /** [batch, latent], for the discriminator's steps and for the generator's. */
  readonly latents: readonly [Float32Array, Float32Array];
  /** [batch]: where between a real and a generated sample the penalty is taken. */
  readonly mix: Float32Array;
}

/** Iterations after which the losses of all engines are compared. */
export const judgedIterations = [1, 3, 5] as const;

export function matmulProblem(size: number): Problem {
  return { kind: "matmul", size, a: normals(size * size, 1), b: normals(size * size, 2) };
}

/** The convolution of a DCGAN's discriminator. */
export function convolutionOf(pass: "forward" | "gradients", shape: Parameters<typeof convolutionProblem>[0]): Problem {
  return { kind: "convolution", pass, convolution: convolutionProblem(shape) };
}

export function streamProblem(kind: "chain" | "sum", elements: number): Problem {
  return { kind, x: normals(elements, 6) };
}

export function softmaxProblem([rows, columns]: readonly [rows: number, columns: number]): Problem {
  return { kind: "softmax", x: normals(rows * columns, 6), rows, columns };
}

export function batchNormProblem(shape: BatchNormProblem["shape"]): Problem {
  const size = shape.reduce((product, n) => product * n, 1);
  const [, , , channels] = shape;
  const x = normals(size, 30, 2).map((value, i) => value + (i % channels) / channels);
  const scale = uniforms(channels, 32).map((u) => 0.5 + u);
  return {
    kind: "batchNorm",
    batchNorm: { shape, x, cotangent: normals(size, 31), scale, bias: normals(channels, 33) },
  };
}

export interface RingOptions {
  readonly width: number;
  readonly batch: number;
}

export function ringGame({ width, batch }: RingOptions, wgan?: { readonly criticSteps: number }): Game {
  const net = (outputs: number, activation: "relu" | "leakyRelu", seed: number): Player => {
    const sizes = [2, width, width, outputs];
    const layers = sizes.slice(1).flatMap((size, i): Layer[] => {
      const linear = { kind: "linear", inputs: sizes[i] as number, outputs: size, bias: true } as const;
      return i === sizes.length - 2 ? [linear] : [linear, { kind: activation }];
    });
    return playerOf([2], layers, seed, (inputs) => Math.sqrt(2 / inputs));
  };
  const angles = uniforms(batch, 40).map((u) => (Math.floor(8 * u) * Math.PI) / 4);
  const noise = normals(2 * batch, 41, 0.05);
  return {
    generator: net(2, "relu", 10),
    discriminator: net(1, "leakyRelu", 20),
    ...(wgan
      ? { loss: "wasserstein", penaltyWeight: 0.1, criticSteps: wgan.criticSteps, learningRate: 1e-4 }
      : { loss: "non-saturating", penaltyWeight: 0, criticSteps: 1, learningRate: 1e-3 }),
    batch,
    real: noise.map((x, i) => 2 * (i % 2 === 0 ? Math.cos : Math.sin)(angles[Math.floor(i / 2)] as number) + x),
    latents: [normals(2 * batch, 42), normals(2 * batch, 43)],
    mix: uniforms(batch, 44),
  };
}

export interface DcganOptions {
  /** Channels at half the image's size. */
  readonly width: number;
  readonly latent: number;
  readonly batch: number;
}

/** `gan.dcgan({ imageSize: 28 })`; as a WGAN-GP its critic has no batch norm, but biases. */
export function dcganGame({ width, latent, batch }: DcganOptions, isWgan = false): Game {
  const generator: Layer[] = [
    { kind: "linear", inputs: latent, outputs: 49 * 2 * width, bias: false },
    { kind: "reshape", shape: [7, 7, 2 * width] },
    { kind: "batchNorm", channels: 2 * width },
    { kind: "relu" },
    { kind: "up", inputs: 2 * width, outputs: width, bias: false },
    { kind: "batchNorm", channels: width },
    { kind: "relu" },
    { kind: "up", inputs: width, outputs: 1, bias: true },
    { kind: "tanh" },
  ];
  const discriminator: Layer[] = [
    { kind: "down", inputs: 1, outputs: width, bias: true },
    { kind: "leakyRelu" },
    { kind: "down", inputs: width, outputs: 2 * width, bias: isWgan },
    ...(isWgan ? [] : [{ kind: "batchNorm", channels: 2 * width } as const]),
    { kind: "leakyRelu" },
    { kind: "flatten" },
    { kind: "linear", inputs: 49 * 2 * width, outputs: 1, bias: true },
  ];
  // 0.02, as DCGAN has it, makes nets so flat that errors would hardly show in the losses.
  const deviation = () => 0.05;
  return {
    generator: playerOf([latent], generator, 50, deviation),
    discriminator: playerOf([28, 28, 1], discriminator, 70, deviation),
    ...(isWgan
      ? { loss: "wasserstein", penaltyWeight: 10, learningRate: 1e-4 }
      : { loss: "non-saturating", penaltyWeight: 0, learningRate: 2e-4 }),
    criticSteps: 1,
    batch,
    real: blobs(batch),
    latents: [normals(batch * latent, 90), normals(batch * latent, 91)],
    mix: uniforms(batch, 92),
  };
}

function playerOf(
  inputShape: readonly number[],
  layers: readonly Layer[],
  seed: number,
  deviation: (inputs: number) => number,
): Player {
  return { inputShape, layers, parameters: layers.map((layer, i) => parametersOf(layer, seed + i, deviation)) };
}

function parametersOf(layer: Layer, seed: number, deviation: (inputs: number) => number): Parameter[] {
  const constant = (name: "scale" | "bias", size: number, value: number): Parameter => ({
    name,
    shape: [size],
    values: new Float32Array(size).fill(value),
  });
  if (layer.kind === "batchNorm") return [constant("scale", layer.channels, 1), constant("bias", layer.channels, 0)];
  if (!("outputs" in layer)) return [];
  const { kind, inputs, outputs, bias } = layer;
  const shapes = {
    linear: [inputs, outputs],
    down: [outputs, kernel, kernel, inputs],
    up: [inputs, kernel, kernel, outputs],
  };
  const weight: Parameter = {
    name: "weight",
    shape: shapes[kind],
    values: normals(
      shapes[kind].reduce((product, size) => product * size, 1),
      seed,
      deviation(inputs),
    ),
  };
  return bias ? [weight, constant("bias", outputs, 0)] : [weight];
}

/** Images [batch, 28, 28, 1] from -1 to 1 with a soft bright spot each. */
function blobs(batch: number): Float32Array {
  const centres = uniforms(2 * batch, 93).map((u) => 6 + 16 * u);
  return Float32Array.from({ length: batch * 28 * 28 }, (_, i) => {
    const [n, y, x] = [Math.floor(i / 784), Math.floor(i / 28) % 28, i % 28];
    const distance = ((y - (centres[2 * n] as number)) ** 2 + (x - (centres[2 * n + 1] as number)) ** 2) / 30;
    return 2 * Math.exp(-distance) - 1;
  });
}
