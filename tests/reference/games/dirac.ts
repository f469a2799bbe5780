/**
 * The Dirac-GAN (Mescheder et al. 2018, section 2): the data is one point, 0; the generator's parameter theta is its one sample;
 * D(x) = -psi x, in the sign of the paper, whose D is high on generated samples. Eleven methods, three schedules.
 */

import { createLoss, type LossName } from "../../../src/gan/losses/registry.ts";
import { inputGradientNorms, squaredInputGradients } from "../../../src/gan/penalties/input_gradient.ts";
import { consensusField } from "../../../src/gan/play/consensus.ts";
import type { PlayedGame } from "../../../src/gan/play/game.ts";
import { type Field, gradientField } from "../../../src/gan/play/pull.ts";
import { atOnce, inTurn } from "../../../src/gan/play/turns.ts";
import { withClipping } from "../../../src/optim/clipping.ts";
import { sgd } from "../../../src/optim/sgd.ts";
import { Tensor } from "../../../src/tensor/tensor.ts";
import type { DiracMethod, DiracSchedule } from "./dirac_replay.ts";
import { gameOfTwo, type Pair, type Run } from "./runs.ts";

export const learningRate = 0.2;
export const steps = 500;

type Critic = (x: Tensor) => Tensor;

/** Real and generated samples, [n, 1] each. */
interface Samples {
  readonly real: Tensor;
  readonly fake: Tensor;
}

interface Method {
  readonly loss: LossName;
  readonly penalty?: (critic: Critic, samples: Samples) => Tensor;
  readonly field?: Field;
  /** Bound on psi after each of its steps. */
  readonly clip?: number;
  readonly isNoisy?: boolean;
  readonly start?: Pair<number>;
}

/** The paper's R1 and R2: weight / 2 |grad D|^2. */
const zeroCentred =
  (weight: number, of: keyof Samples) =>
  (critic: Critic, samples: Samples): Tensor =>
    squaredInputGradients(critic, samples[of])
      .mean()
      .mul(weight / 2);

/** As the paper's code has it: weight / 2 (|grad D| - 1)^2. */
const oneCentred =
  (weight: number) =>
  (critic: Critic, { fake }: Samples) =>
    inputGradientNorms(critic, fake)
      .sub(1)
      .square()
      .mean()
      .mul(weight / 2);

/** The relativistic rows begin where D is high on real samples: the mirror image in this sign. */
const mirrored = { generator: 1, discriminator: -1 };

const methods: Readonly<Record<DiracMethod, Method>> = {
  GAN: { loss: "minimax" },
  NSGAN: { loss: "non-saturating" },
  WGAN: { loss: "wasserstein", clip: 1 },
  "WGAN-GP": { loss: "wasserstein", penalty: oneCentred(0.7) },
  "instance noise": { loss: "minimax", isNoisy: true },
  "R1 0.3": { loss: "minimax", penalty: zeroCentred(0.3, "real") },
  "R1 1": { loss: "minimax", penalty: zeroCentred(1, "real") },
  consensus: { loss: "minimax", field: consensusField(1) },
  "NSGAN + R1": { loss: "non-saturating", penalty: zeroCentred(0.3, "real") },
  RpGAN: { loss: "relativistic", start: mirrored },
  "RpGAN + R1 + R2": {
    loss: "relativistic",
    penalty: (critic, samples) =>
      zeroCentred(0.15, "real")(critic, samples).add(zeroCentred(0.15, "fake")(critic, samples)),
    start: mirrored,
  },
};

const turns: Readonly<Record<Exclude<DiracSchedule, "simultaneous">, readonly string[]>> = {
  alternating: ["generator", "discriminator"],
  "five D steps": ["generator", ...new Array<string>(5).fill("discriminator")],
};

/** Samples of both sides, without noise or with that of a step: [2, n], what is added to real and to generated ones. */
function samplesOf(theta: Tensor, noise: Tensor | undefined): Samples {
  const fake = theta.reshape([1, 1]);
  if (!noise) return { real: Tensor.full([1, 1], 0), fake };
  const size = noise.shape[1] as number;
  const part = (row: number) => noise.slice([row, 0], [1, size]).reshape([size, 1]);
  return { real: part(0), fake: part(1).add(fake) };
}

function gameOf({ loss, penalty }: Method, noise: Tensor | undefined): PlayedGame {
  const sides = createLoss(loss);
  const play = ({ generator, discriminator }: Pair) => {
    const critic: Critic = (x) => x.mul(discriminator.reshape([1, 1])).neg();
    const samples = samplesOf(generator, noise);
    return { critic, samples, real: critic(samples.real), fake: critic(samples.fake) };
  };
  return gameOfTwo({
    generator: (at) => {
      const { real, fake } = play(at);
      return sides.generator(fake, real);
    },
    discriminator: (at) => {
      const { critic, samples, real, fake } = play(at);
      const adversarial = sides.discriminator(real, fake);
      return penalty ? adversarial.add(penalty(critic, samples)) : adversarial;
    },
  });
}

/** The run of a method by a schedule. `noise` is [steps, 2, n]: what is added to real and to generated samples, step by step. */
export function diracRun(name: DiracMethod, schedule: DiracSchedule, noise: Tensor): Run {
  const method = methods[name];
  const { field = gradientField, clip = 0, start = { generator: 1, discriminator: 1 } } = method;
  const size = noise.shape[2] as number;
  return {
    name: `${name}, ${schedule}`,
    game: (step) => gameOf(method, method.isNoisy ? noise.gather(step.reshape([1])).reshape([2, size]) : undefined),
    play: (game, players) =>
      schedule === "simultaneous" ? atOnce(game, players, field) : inTurn(game, players, turns[schedule], field),
    start,
    optimizers: { generator: sgd(), discriminator: withClipping(sgd(), { clipWeights: clip }) },
    learningRate,
  };
}
