import type { Tensor } from "../../tensor.ts";
import { grad, valueAndGrad } from "../../transforms.ts";
import { both, type Game, type Pair, type Player, untapped } from "./game.ts";

/** What pulls at a player at one point of the game. */
export interface Pull {
  /** The player's own loss there. */
  readonly loss: Tensor;
  /** What its optimiser is given, of its parameters' shape. */
  readonly gradient: Tensor;
}

/** A vector field over the game: the pull at each player. Only what is used of it is computed. */
export type Field = (game: Game, at: Pair, player: Player) => Pull;

/** Each player's gradient of its own loss: xi = (grad_G L_G, grad_D L_D). */
export const gradientField: Field = (game, at, player) => {
  const { tap } = game;
  const [loss, gradient] = valueAndGrad(
    (own: Tensor) => game[player]({ ...at, [player]: own }),
    tap && { tap: (site) => tap(site, player) },
  )(at[player]);
  return { loss, gradient };
};

/** Both gradients, as a differentiable function of the point. */
const gradientsAt = (game: Game, at: Pair): Pair => both((player) => gradientField(game, at, player).gradient);

const squaredLength = ({ generator, discriminator }: Pair): Tensor =>
  generator.square().sum().add(discriminator.square().sum());

/** The gradient of the Hamiltonian H = 1/2 |xi|^2 by both vectors: J^T xi, with J the Jacobian of xi. */
export function hamiltonianGradient(game: Game, at: Pair): Pair {
  const plain = untapped(game);
  return grad((point: { generator: Tensor; discriminator: Tensor }) =>
    squaredLength(gradientsAt(plain, point)).mul(0.5),
  )(at);
}

/**
 * A^T xi, with A = (J - J^T) / 2 the antisymmetric part of the field's Jacobian: what turns the players about each other.
 * A player's own second derivatives are symmetric, which leaves the mixed ones; with g_D = grad_D (L_D - L_G), and g_G alike,
 *
 *   (A^T xi)_G = 1/2 grad_G (g_D . xi_D)        (A^T xi)_D = -1/2 grad_D (g_G . xi_G)        xi held constant
 */
export function rotation(game: Game, at: Pair): Pair {
  const plain = untapped(game);
  const xi = gradientsAt(plain, at);
  const difference = (point: Pair) => plain.discriminator(point).sub(plain.generator(point));
  const mixed = (player: Player, other: Player) =>
    grad((own: Tensor) => {
      const point = { ...at, [player]: own };
      const slope = grad((others: Tensor) => difference({ ...point, [other]: others }))(point[other]);
      return slope.mul(xi[other].detach()).sum();
    })(at[player]);
  return {
    generator: mixed("generator", "discriminator").mul(0.5),
    discriminator: mixed("discriminator", "generator").mul(-0.5),
  };
}
