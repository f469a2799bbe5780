import type { Tensor } from "../../tensor.ts";
import { type Field, gradientField, hamiltonianGradient, rotation } from "./field.ts";
import { both, type Game, type Pair, untapped } from "./game.ts";
import { play } from "./play.ts";
import { atOnce } from "./turns.ts";

/** Added to the product whose sign is taken, so that the adjustment points inwards where both factors vanish. */
const alignmentOffset = 0.1;

/**
 * Symplectic gradient adjustment (Balduzzi et al. 2018, "The mechanics of n-player differentiable games"): the
 * gradients and a share of their rotation, which bends a circle about an equilibrium into a spiral towards it.
 *
 *   xi + weight A^T xi, with A the antisymmetric part of xi's Jacobian
 *
 * Aligned (their algorithm 1), the weight takes the sign of <xi, grad H> <A^T xi, grad H> / n + 0.1 with H = 1/2 |xi|^2 and n the
 * number of parameters, and so draws to stable fixed points and pushes away from unstable ones.
 */
export const symplectic = play({
  options: {
    /** Weight of the rotation that is added to both gradients. From 0 to 1000, default 1. */
    weight: { default: 1, low: 0, high: 1000 },
    /** 1 where the weight's sign follows the game, 0 where it is fixed. A whole number from 0 to 1, default 1. */
    aligned: { default: 1, low: 0, high: 1, whole: true },
  },
  isJoint: true,
  step: (game, players, { weight, aligned }) => atOnce(game, players, symplecticField(weight, aligned === 1)),
});

const symplecticField =
  (weight: number, isAligned: boolean): Field =>
  (game, at, player) => {
    const { loss, gradient } = gradientField(game, at, player);
    const turn = rotation(game, at);
    const adjustment = turn[player].mul(weight);
    return { loss, gradient: gradient.add(isAligned ? adjustment.mul(alignment(game, at, turn)) : adjustment) };
  };

/** 1 or -1, as a scalar. */
function alignment(game: Game, at: Pair, turn: Pair): Tensor {
  const plain = untapped(game);
  const xi = both((player) => gradientField(plain, at, player).gradient);
  const uphill = hamiltonianGradient(game, at);
  const size = at.generator.size + at.discriminator.size;
  const product = dot(xi, uphill).mul(dot(turn, uphill)).div(size).add(alignmentOffset);
  return product.sign();
}

const dot = (a: Pair, b: Pair): Tensor =>
  a.generator.mul(b.generator).sum().add(a.discriminator.mul(b.discriminator).sum());
