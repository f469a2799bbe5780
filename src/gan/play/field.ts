import { Tensor } from "../../tensor/tensor.ts";
import { grad } from "../../tensor/transforms.ts";
import { ofPlayer, type PerPlayer, type PlayedGame, perPlayer, turnsOf } from "./game.ts";
import { gradientField, plain } from "./pull.ts";

/** All gradients, as a differentiable function of the point. */
export function gradientsAt(game: PlayedGame, at: PerPlayer): PerPlayer {
  const unseen = plain(game);
  return perPlayer(turnsOf(game, at), (player) => gradientField(unseen, at, player).gradient);
}

/** The product of two vectors of the whole game: the sum of the players' products, in the order of their turns. */
export function dot(game: PlayedGame, a: PerPlayer, b: PerPlayer): Tensor {
  return total(turnsOf(game, a).map((player) => ofPlayer(a, player).mul(ofPlayer(b, player)).sum()));
}

const total = (terms: readonly Tensor[]): Tensor => terms.reduce((sum, term) => sum.add(term));

/** The gradient of the Hamiltonian H = 1/2 |xi|^2 by all vectors: J^T xi, with J the Jacobian of xi. */
export function hamiltonianGradient(game: PlayedGame, at: PerPlayer): PerPlayer {
  const hamiltonian = (point: PerPlayer) => {
    const xi = gradientsAt(game, point);
    return total(turnsOf(game, xi).map((player) => ofPlayer(xi, player).square().sum())).mul(0.5);
  };
  return grad(hamiltonian, { allowUnused: true })(at);
}

/**
 * A^T xi, with A = (J - J^T) / 2 the antisymmetric part of the field's Jacobian: what turns the players about each other.
 * A player's own second derivatives are symmetric, which leaves the mixed ones:
 *
 *   (A^T xi)_i = 1/2 grad_i sum over j != i of grad_j (L_j - L_i) . xi_j        xi held constant
 */
export function rotation(game: PlayedGame, at: PerPlayer): PerPlayer {
  const xi = gradientsAt(game, at);
  const players = turnsOf(game, at);
  const turned = (player: string) => {
    const own = ofPlayer(at, player);
    const others = players.filter((other) => other !== player);
    if (others.length === 0) return Tensor.full(own.shape, 0);
    const mixed = (moved: Tensor) => {
      const point = { ...at, [player]: moved };
      const products = others.map((other) => {
        // One difference for both of a pair, in the order of turns: their shares round alike.
        const isLater = players.indexOf(other) > players.indexOf(player);
        const [first, second] = isLater ? [player, other] : [other, player];
        const difference = (beside: Tensor) => {
          const where = { ...point, [other]: beside };
          return game.loss(first, where).sub(game.loss(second, where));
        };
        const product = grad(difference)(ofPlayer(point, other)).mul(ofPlayer(xi, other).detach()).sum();
        return isLater ? product.neg() : product;
      });
      return total(products);
    };
    return grad(mixed, { allowUnused: true })(own).mul(0.5);
  };
  return perPlayer(players, turned);
}
