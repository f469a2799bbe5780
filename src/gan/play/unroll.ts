import { OptionError } from "../../errors/errors.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { grad } from "../../tensor/transforms.ts";
import { advance, type PlayerState } from "./game.ts";

/**
 * A player after `steps` of its optimiser's steps down `loss`, moments included, as a differentiable function of all that
 * `loss` closes over (Metz et al. 2017, "Unrolled generative adversarial networks"). Each step holds the
 * loss's graph once more, and is differentiated with the rest.
 *
 * @throws OptionError if `steps` is no whole number of at least 0.
 */
export function unroll(loss: (parameters: Tensor) => Tensor, player: PlayerState, steps: number): PlayerState {
  if (!Number.isInteger(steps) || steps < 0) {
    throw new OptionError(`unroll: steps is ${steps}; it must be a whole number of at least 0.`);
  }
  let ahead = player;
  for (let step = 0; step < steps; step++) ahead = advance(ahead, grad(loss)(ahead.parameters));
  return ahead;
}
