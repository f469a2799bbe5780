import type { Tensor } from "../../tensor/tensor.ts";
import { dot, gradientsAt, hamiltonianGradient, rotation } from "./field.ts";
import { ofPlayer, type PerPlayer, type PlayedGame } from "./game.ts";
import { definePlay } from "./play.ts";
import { type Field, gradientField } from "./pull.ts";
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
export const symplectic = definePlay({
  name: "symplectic",
  options: {
    /** Weight of the rotation that is added to all gradients. From 0 to 1000, default 1. */
    weight: { default: 1, low: 0, high: 1000 },
    /** 1 where the weight's sign follows the game, 0 where it is fixed. A whole number from 0 to 1, default 1. */
    aligned: { default: 1, low: 0, high: 1, whole: true },
  },
  isJoint: true,
  differentiatesGradients: true,
  step: (game, players, { weight, aligned }) => atOnce(game, players, symplecticField(weight, aligned === 1)),
});

const symplecticField =
  (weight: number, isAligned: boolean): Field =>
  (game, at, player) => {
    const { loss, gradient } = gradientField(game, at, player);
    const turn = rotation(game, at);
    const adjustment = ofPlayer(turn, player).mul(weight);
    return { loss, gradient: gradient.add(isAligned ? adjustment.mul(alignment(game, at, turn)) : adjustment) };
  };

/** 1 or -1, as a scalar. */
function alignment(game: PlayedGame, at: PerPlayer, turn: PerPlayer): Tensor {
  const uphill = hamiltonianGradient(game, at);
  const size = Object.values(at).reduce((sum, vector) => sum + vector.size, 0);
  const product = dot(game, gradientsAt(game, at), uphill)
    .mul(dot(game, turn, uphill))
    .div(size)
    .add(alignmentOffset);
  return product.sign();
}
