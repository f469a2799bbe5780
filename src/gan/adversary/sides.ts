import type { Shape } from "../../graph/shape.ts";
import type { Inputs } from "../../nn/layer.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { Step } from "../game/game.ts";
import type { GanLoss } from "../losses/loss.ts";
import type { ResolvedPenalty } from "../penalties/penalty.ts";
import type { ResolvedTrick } from "../tricks/trick.ts";

/** Two networks that play against each other, and over what. */
export interface Sides {
  /** Names of the networks. */
  readonly generator: string;
  readonly discriminator: string;
  /** Of what the generator makes and the discriminator tells apart, without the batch axis. */
  readonly sampleShape: Shape;
  /** Whether the discriminator lets samples of a batch act on each other: real and generated ones then go apart. */
  readonly mixesSamples: boolean;
  readonly loss: GanLoss;
  readonly penalties: readonly ResolvedPenalty[];
  readonly tricks: readonly ResolvedTrick[];
  /** Real samples [batch, ...sampleShape]. */
  real(step: Step): Tensor;
  /** What the generator is given, [batch, ...]. */
  latent(step: Step): Tensor;
  /**
   * Side inputs of both networks' layers. In the discriminator's turn generated samples have those of the real ones beside
   * them, so that pairs are compared which differ in nothing else.
   */
  inputs(
    step: Step,
    turn: "generator" | "discriminator",
  ): { readonly generator: Inputs; readonly discriminator: Inputs };
}
