/** A game in jax-js: each player's step is one function under `jit`, and the host waits once a step. */
import type { JaxArray } from "@jax-js/jax";
import * as jax from "@jax-js/jax";
import {
  adam,
  epsilon,
  type Game,
  judgedIterations,
  type Layer,
  leakySlope,
  type Parameter,
  type Player,
} from "../comparison/problem.ts";
import type { Runner } from "../core/workload.ts";
import { disposeAll, toChannelsFirst } from "./jax_arrays.ts";
import { permutedShape, transposed } from "./layout.ts";

const { lax, nn, numpy: np } = jax;

type Parameters = JaxArray[];
/** Parameters, Adam's two moments, and the count of steps. */
type State = readonly [Parameters, Parameters, Parameters, JaxArray];

export function gameRunner(game: Game): Runner {
  const [generator, discriminator] = [networkOf(game.generator), networkOf(game.discriminator)];
  const sample = game.discriminator.inputShape;
  const isImage = sample.length === 3;
  const sampleShape = [
    game.batch,
    ...(isImage ? [sample[2] as number, sample[0] as number, sample[1] as number] : sample),
  ];
  const array = (values: Float32Array, shape: readonly number[]) => np.array(values, { shape: [...shape] });
  const latentShape = [game.batch, ...game.generator.inputShape];
  const constants = {
    real: array(isImage ? transposed(game.real, [game.batch, ...sample], toChannelsFirst) : game.real, sampleShape),
    latents: game.latents.map((values) => array(values, latentShape)),
    mix: array(game.mix, [game.batch, ...sample.map(() => 1)]),
  };
  const losses = lossesOf(game);

  const discriminatorStep = jax.jit(
    (
      state: State,
      weights: Parameters,
      real: JaxArray,
      latent: JaxArray,
      mix: JaxArray,
    ): readonly [JaxArray, State] => {
      const fake = lax.stopGradient(generator.apply(weights, latent).reshape(sampleShape));
      const [loss, gradient] = jax.valueAndGrad((parameters: Parameters) => {
        // Both batches in one pass, as this engine takes them, are no faster here.
        const adversarial = losses.discriminator(
          discriminator.apply(parameters, real),
          discriminator.apply(parameters, fake.ref),
        );
        if (game.penaltyWeight === 0) return adversarial;
        const between = real.ref.mul(mix.ref).add(fake.ref.mul(mix.ref.neg().add(1)));
        // A function of x alone: what `grad` is not asked about, it takes for constant.
        const slope = jax.grad((x: JaxArray) => discriminator.apply(parameters, x).sum())(between);
        const norms = np.sqrt(
          np
            .square(slope.reshape([game.batch, -1]))
            .sum(1)
            .add(1e-12),
        );
        return adversarial.add(np.square(norms.sub(1)).mean().mul(game.penaltyWeight));
      })(state[0].map((parameter) => parameter.ref));
      return [loss, adamStep(state, gradient, game.learningRate)];
    },
  );
  const generatorStep = jax.jit((state: State, weights: Parameters, latent: JaxArray): readonly [JaxArray, State] => {
    const [loss, gradient] = jax.valueAndGrad((parameters: Parameters) =>
      losses.generator(discriminator.apply(weights, generator.apply(parameters, latent).reshape(sampleShape))),
    )(state[0].map((parameter) => parameter.ref));
    return [loss, adamStep(state, gradient, game.learningRate)];
  });

  let players: [State, State] = [firstState(generator.parameters), firstState(discriminator.parameters)];
  let latest: JaxArray[] = [];
  const keep = (parameters: Parameters) => parameters.map((parameter) => parameter.ref);
  const iterate = async () => {
    let [g, d] = players;
    for (const loss of latest) loss.dispose();
    latest = [];
    for (let step = 0; step < game.criticSteps; step++) {
      latest[0]?.dispose();
      const { real, latents, mix } = constants;
      [latest[0], d] = discriminatorStep(d, keep(g[0]), real.ref, latents[0]!.ref, mix.ref) as [JaxArray, State];
      await jax.blockUntilReady([latest[0], d]);
    }
    [latest[1], g] = generatorStep(g, keep(d[0]), constants.latents[1]!.ref) as [JaxArray, State];
    await jax.blockUntilReady([latest[1], g]);
    players = [g, d];
  };
  let done = 0;
  const run = async (times: number) => {
    for (let i = 0; i < times; i++) await iterate();
    done += times;
  };
  const lossesNow = async () => Promise.all(latest.map(async (loss) => (await loss.ref.data())[0] as number));
  return {
    run,
    async answer() {
      const judged = await lossesNow();
      for (const iteration of judgedIterations.slice(1)) {
        await run(iteration - done);
        judged.push(...(await lossesNow()));
      }
      return judged;
    },
    dispose: () => disposeAll([...(players.flat(2) as JaxArray[]), ...latest]),
  };
}

function firstState(parameters: Parameters): State {
  const zeros = () =>
    parameters.map(({ shape }) => np.array(new Float32Array(shape.reduce((a, b) => a * b, 1)), { shape }));
  return [parameters, zeros(), zeros(), np.array(new Float32Array([0]), { shape: [] })];
}

function adamStep([parameters, means, squares, count]: State, gradient: Parameters, rate: number): State {
  const step = count.ref.add(1);
  const correction = (beta: number) =>
    np
      .exp(step.ref.mul(Math.log(beta)))
      .neg()
      .add(1);
  const mean = means.map((m, i) => m.ref.mul(adam.beta1).add(gradient[i]!.ref.mul(1 - adam.beta1)));
  const square = squares.map((v, i) => v.ref.mul(adam.beta2).add(np.square(gradient[i]!.ref).mul(1 - adam.beta2)));
  const moved = parameters.map((parameter, i) => {
    const root = np.sqrt(square[i]!.ref.div(correction(adam.beta2))).add(adam.epsilon);
    return parameter.ref.sub(mean[i]!.ref.div(correction(adam.beta1)).div(root).mul(rate));
  });
  return [moved, mean, square, step];
}

function lossesOf({ loss }: Game) {
  if (loss === "wasserstein") {
    return {
      discriminator: (real: JaxArray, fake: JaxArray) => fake.mean().sub(real.mean()),
      generator: (fake: JaxArray) => fake.mean().neg(),
    };
  }
  return {
    discriminator: (real: JaxArray, fake: JaxArray) => nn.softplus(real.neg()).mean().add(nn.softplus(fake).mean()),
    generator: (fake: JaxArray) => nn.softplus(fake.neg()).mean(),
  };
}

interface Network {
  readonly parameters: Parameters;
  apply(parameters: Parameters, x: JaxArray): JaxArray;
}

function networkOf({ layers, parameters }: Player): Network {
  const arrays = layers.map((_, i) => parameters[i]!.map((parameter) => arrayOf(layers, i, parameter)));
  const starts = arrays.map((_, i) => arrays.slice(0, i).flat().length);
  return {
    parameters: arrays.flat(),
    apply: (all, x) =>
      layers.reduce((y, layer, i) => {
        const own = all.slice(starts[i] as number, (starts[i] as number) + arrays[i]!.length);
        return applyLayer(layer, own, y);
      }, x.ref),
  };
}

function arrayOf(layers: readonly Layer[], i: number, { name, shape, values }: Parameter): JaxArray {
  const [order, at] = parameterLayout(layers, i, name, shape);
  if (!order) return np.array(values, { shape: [...shape] });
  return np.array(transposed(values, at, order), { shape: order.length === 4 ? permutedShape(at, order) : [...shape] });
}

/** The order of a parameter's axes, and its shape while they are moved: channels come first where an image is made or flattened. */
function parameterLayout(
  layers: readonly Layer[],
  i: number,
  name: Parameter["name"],
  shape: readonly number[],
): [order: readonly number[] | undefined, shape: readonly number[]] {
  const [layer, before, after] = [layers[i], layers[i - 1], layers[i + 1]];
  if (name !== "weight") return [undefined, shape];
  if (layer?.kind !== "linear") return [toChannelsFirst, shape];
  if (after?.kind === "reshape")
    return [
      [0, 3, 1, 2, 4],
      [layer.inputs, ...after.shape, 1],
    ];
  if (before?.kind === "flatten") {
    const channels = layer.inputs / 49;
    return [
      [2, 0, 1, 3, 4],
      [7, 7, channels, layer.outputs, 1],
    ];
  }
  return [undefined, shape];
}

const pads: [number, number][] = [
  [1, 1],
  [1, 1],
];

function applyLayer(layer: Layer, parameters: readonly JaxArray[], x: JaxArray): JaxArray {
  const [weight, bias] = parameters.map((parameter) => parameter.ref);
  const add = (y: JaxArray, shape: number[]) => (bias ? y.add(bias.reshape(shape)) : y);
  switch (layer.kind) {
    case "linear":
      return add(np.matmul(x, weight!), [1, -1]);
    case "down":
      return add(lax.convGeneralDilated(x, weight!, [2, 2], pads), [1, -1, 1, 1]);
    case "up":
      return add(lax.convTranspose(x, weight!, [2, 2], pads, { transposeKernel: true }), [1, -1, 1, 1]);
    case "batchNorm":
      return batchNorm(x, weight!, bias!);
    case "reshape": {
      const [height, width, channels] = layer.shape;
      return x.reshape([-1, channels, height, width]);
    }
    case "flatten":
      return x.reshape([x.shape[0] as number, -1]);
    case "relu":
      return nn.relu(x);
    case "leakyRelu":
      return nn.leakyRelu(x, leakySlope);
    case "tanh":
      return np.tanh(x);
  }
}

export function batchNorm(x: JaxArray, scale: JaxArray, bias: JaxArray): JaxArray {
  const centred = x.ref.sub(x.ref.mean([0, 2, 3], { keepdims: true }));
  const variance = np.square(centred.ref).mean([0, 2, 3], { keepdims: true });
  const normal = centred.div(np.sqrt(variance.add(epsilon)));
  return normal.mul(scale.reshape([1, -1, 1, 1])).add(bias.reshape([1, -1, 1, 1]));
}
