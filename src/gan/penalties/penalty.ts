import type { Random } from "../../random.ts";
import type { Tensor } from "../../tensor.ts";

/** What a penalty on the discriminator may use. */
export interface PenaltyInput {
  /** D as a function of its input [batch, ...sample], to logits [batch, 1], with the parameters that are being trained. */
  critic(x: Tensor): Tensor;
  /** [batch, ...sample]. */
  readonly real: Tensor;
  /** [batch, ...sample], constant for the discriminator. */
  readonly fake: Tensor;
  readonly random: Random;
  /** Scalar control. */
  readonly weight: Tensor;
}

/** A term that is added to the discriminator's loss. */
export interface Penalty {
  readonly defaultWeight: number;
  /** Scalar, weighted. */
  term(input: PenaltyInput): Tensor;
}
