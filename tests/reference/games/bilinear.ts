/**
 * The game min over x, max over y of xy, from (1, 1) with rate 0.1 over 1000 steps. The field (y, -x) is a rotation, so a step
 * of a rule is a linear map; its eigenvalues say where the players end.
 */
import type { Engine } from "../../../src/engine/engine.ts";
import { at } from "../../../src/errors/at.ts";
import { extragradient } from "../../../src/gan/play/extragradient.ts";
import type { PerPlayer, PlayedGame, PlayerState } from "../../../src/gan/play/game.ts";
import { atOnce, inTurn } from "../../../src/gan/play/turns.ts";
import { optimisticSgd } from "../../../src/optim/optimistic.ts";
import type { Optimizer } from "../../../src/optim/optimizer.ts";
import { sgd } from "../../../src/optim/sgd.ts";
import { gameOfTwo, type KnownEnd, playRuns, type Run, radiusOf } from "./runs.ts";

const bilinear = gameOfTwo({
  generator: ({ generator, discriminator }) => generator.mul(discriminator).sum(),
  discriminator: ({ generator, discriminator }) => generator.mul(discriminator).sum().neg(),
});

const rate = 0.1;
const steps = 1000;
const start = { generator: 1, discriminator: 1 };

interface Entry {
  readonly play: Run["play"];
  readonly optimizer: Optimizer;
  /** The radius at the end, in float64. */
  readonly expected: number;
  readonly against: string;
}

const simultaneously = (game: PlayedGame, players: PerPlayer<PlayerState>) => atOnce(game, players);
const alternately = (game: PlayedGame, players: PerPlayer<PlayerState>) => inTurn(game, players);

/** (x, y) and what is remembered of the last step. */
type Point = readonly [x: number, y: number, u: number, v: number];

/** The radius after all steps of a rule that is written out in numbers. */
function replay(step: (at: Point, isFirst: boolean) => Point): number {
  let at: Point = [1, 1, 0, 0];
  for (let i = 0; i < steps; i++) at = step(at, i === 0);
  return Math.hypot(at[0], at[1]);
}

/** sqrt(2) |eigenvalue|^steps, for a map that turns and stretches alike in all directions. */
const turned = (squaredEigenvalue: number): number => Math.SQRT2 * squaredEigenvalue ** (steps / 2);

export const bilinearRuns: Readonly<Record<string, Entry>> = {
  simultaneous: {
    play: simultaneously,
    optimizer: sgd(),
    against: "sqrt2 (1 + h^2)^500",
    expected: turned(1 + rate ** 2),
  },
  alternating: {
    play: alternately,
    optimizer: sgd(),
    against: "float64 replay",
    expected: replay(([x, y]) => [x - rate * y, y + rate * (x - rate * y), 0, 0]),
  },
  extragradient: {
    play: (game, players, carry) => extragradient.step(game, players, {}, carry),
    optimizer: sgd(),
    against: "sqrt2 (1 - h^2 + h^4)^500",
    expected: turned(1 - rate ** 2 + rate ** 4),
  },
  "optimistic descent": {
    play: simultaneously,
    optimizer: optimisticSgd(),
    against: "float64 replay",
    expected: replay(([x, y, u, v], isFirst) => {
      const [lastX, lastY] = isFirst ? [y, -x] : [u, v];
      return [x - rate * (2 * y - lastX), y - rate * (-2 * x - lastY), y, -x];
    }),
  },
  "alternating, momentum -0.5": {
    play: alternately,
    optimizer: sgd({ momentum: -0.5 }),
    against: "float64 replay",
    expected: replay(([x, y, u, v]) => {
      const u1 = -0.5 * u + y;
      const x1 = x - rate * u1;
      const v1 = -0.5 * v - x1;
      return [x1, y - rate * v1, u1, v1];
    }),
  },
  "simultaneous, momentum 0.9": {
    play: simultaneously,
    optimizer: sgd({ momentum: 0.9 }),
    against: "float64 replay",
    expected: replay(([x, y, u, v]) => {
      const [u1, v1] = [0.9 * u + y, 0.9 * v - x];
      return [x - rate * u1, y - rate * v1, u1, v1];
    }),
  },
};

/** The largest number that f32 holds. */
const largest = 3.4028234663852886e38;

/** What f32 can show of a number. */
const inSinglePrecision = (value: number): number => (value > largest ? Number.POSITIVE_INFINITY : value);

/** Plays by all rules on the GPU: the radius at the end, where f32 can show it, beside what it is by hand. */
export async function playBilinear(engine: Engine): Promise<readonly KnownEnd[]> {
  const rules = Object.entries(bilinearRuns);
  const runs = rules.map(([name, { play, optimizer }]): Run => {
    const optimizers = { generator: optimizer, discriminator: optimizer };
    return { name, game: () => bilinear, play, start, optimizers, learningRate: rate };
  });
  const ends = await playRuns(engine, runs, steps);
  return rules.map(([name, { expected, against }], i) => ({
    name,
    against,
    expected: inSinglePrecision(expected),
    found: radiusOf(at(ends, i)),
  }));
}
