/** Games whose gap, angles and eigenvalues are known, as tables; and a trainer of any game that nothing runs. */
import { points } from "../../../../src/data/points/points.ts";
import type { ReadableGan, ReadableRun } from "../../../../src/gan/experiments/run_copy.ts";
import { game } from "../../../../src/gan/game/game.ts";
import type { Prior } from "../../../../src/gan/game/priors.ts";
import type { Snapshot } from "../../../../src/gan/run/snapshot.ts";
import { linear } from "../../../../src/nn/layers/linear.ts";
import { network } from "../../../../src/nn/network/network.ts";
import { Tensor } from "../../../../src/tensor/tensor.ts";

/** One parameter: what it multiplies. */
const factor = () => network([1], [linear(1, { bias: false })]);

const ones: Prior = { name: "ones", shape: [1], draw: (_, size) => Tensor.full([size, 1], 1) };

const atZero = points({ values: new Float32Array(16), dimensions: 1, name: "zeros" });

/**
 * The Dirac-GAN (Mescheder et al. 2018, section 2) with R1: data at 0, the generator's one sample at theta, D(x) = psi x.
 *
 *   L_D = softplus(psi theta) + gamma / 2 psi^2        L_G = -softplus(psi theta)
 *   v = (theta sigmoid(psi theta) + gamma psi, -psi sigmoid(psi theta))
 *   at the equilibrium J = [[gamma, 1/2], [-1/2, 0]], with eigenvalues gamma / 2 +- sqrt(gamma^2 / 4 - 1/4)
 */
export const diracGan = (gamma: number) =>
  game({
    networks: { generator: factor(), discriminator: factor() },
    data: atZero,
    priors: { latent: ones },
    players: {
      discriminator: {
        moves: ["discriminator"],
        terms: ({ networks, priors }) => ({
          adversarial: networks.discriminator(networks.generator(priors.latent)).softplus().mean(),
          r1: networks.discriminator.parameters
            .square()
            .sum()
            .mul(gamma / 2),
        }),
        optimizer: { type: "sgd", lr: 0.1 },
      },
      generator: {
        moves: ["generator"],
        terms: ({ networks, priors }) => ({
          adversarial: networks.discriminator(networks.generator(priors.latent)).softplus().mean().neg(),
        }),
        optimizer: { type: "sgd", lr: 0.1 },
      },
    },
    sample: ({ networks, priors }) => networks.generator(priors.latent),
  });

/** v of that game. */
export function diracField(gamma: number, psi: number, theta: number): readonly [number, number] {
  const sigmoid = 1 / (1 + Math.exp(-psi * theta));
  return [theta * sigmoid + gamma * psi, -psi * sigmoid];
}

/** A trainer of a game, with these parameters, that nothing runs. */
export function standing<Run extends Pick<ReadableRun, "game" | "options"> & Partial<Pick<ReadableGan, "config">>>(
  run: Run,
  parameters: Readonly<Record<string, ArrayLike<number>>>,
  step = 0,
): Run & { snapshot(): Promise<Snapshot> } {
  const states = Object.entries(parameters).map(([name, values]) => ({
    path: `networks/${name}/parameters`,
    dtype: "f32" as const,
    shape: [values.length],
    bytes: Float32Array.from(values).buffer,
  }));
  const snapshot: Snapshot = {
    step,
    configuration: {},
    controls: {},
    states,
    telemetry: { columns: "", from: step, bytes: new ArrayBuffer(0) },
    findings: [],
  };
  return { ...run, snapshot: async () => snapshot };
}

/** Two players with a parameter each, who fight over nothing until a value is said: gradient descent with this rate. */
export const quadratic = (lr: number) =>
  game({
    networks: { generator: factor(), discriminator: factor() },
    data: atZero,
    players: {
      discriminator: {
        moves: ["discriminator"],
        terms: ({ networks }) => ({ small: networks.discriminator.parameters.square().sum() }),
        optimizer: { type: "sgd", lr },
      },
      generator: {
        moves: ["generator"],
        terms: ({ networks }) => ({ small: networks.generator.parameters.square().sum() }),
        optimizer: { type: "sgd", lr },
      },
    },
    sample: ({ networks, batch }) => networks.generator(batch.samples),
  });
