import { at, named } from "../../errors/at.ts";
import type { Shape } from "../../graph/shape.ts";
import type { Inputs } from "../../nn/layer.ts";
import { Tensor } from "../../tensor/tensor.ts";
import type { Applied, Step } from "../game/game.ts";
import type { Beside } from "../penalties/penalty.ts";
import type { Batches, TrickContext } from "../tricks/trick.ts";
import { packSize, type ResolvedTrick } from "../tricks/trick.ts";
import type { Sides } from "./sides.ts";

/** [batch, numbers a sample]. */
export const flatRows = (x: Tensor): Tensor => x.reshape([at(x.shape, 0), -1]);

/** The discriminator within one step: what tricks show it, and what it says. */
export class Critic {
  readonly #sides: Sides;
  readonly #step: Step;
  readonly #inputs: Inputs;
  readonly #discriminator: Applied;

  /** @param inputs side inputs of its layers, beside samples of both kinds. */
  constructor(sides: Sides, step: Step, inputs: Inputs) {
    this.#sides = sides;
    this.#step = step;
    this.#inputs = inputs;
    this.#discriminator = named(step.networks, sides.discriminator);
  }

  /** Of what the discriminator judges as one. */
  get sampleShape(): Shape {
    const { sampleShape, tricks } = this.#sides;
    return sampleShape.with(-1, packSize(tricks) * at(sampleShape, sampleShape.length - 1));
  }

  /**
   * Samples [batch, ...sample] as the discriminator sees them: through the tricks' views, and packed.
   *
   * @param random what the views draw from.
   */
  shown(samples: Tensor, random = this.#step.random): Tensor {
    const viewed = this.#sides.tricks.reduce(
      (x, trick) => trick.entry.view?.(x, { ...this.#trickContext(trick), random }) ?? x,
      samples,
    );
    return this.packed(viewed);
  }

  /** [batch, ...sample] to [batch / pack, ...packed]: images lie side by side in channels, points one after the other. */
  packed(samples: Tensor): Tensor {
    const { sampleShape, tricks } = this.#sides;
    const pack = packSize(tricks);
    if (pack === 1) return samples;
    const packs = at(samples.shape, 0) / pack;
    if (sampleShape.length !== 3) return samples.reshape([packs, ...this.sampleShape]);
    const apart = samples.reshape([packs, pack, ...sampleShape]);
    return apart.permute([0, 2, 3, 1, 4]).reshape([packs, ...this.sampleShape]);
  }

  /** Other batches for the discriminator's step, where a trick swaps or replaces samples. */
  batches(batches: Batches): Batches {
    return this.#sides.tricks.reduce(
      (given, trick) => trick.entry.batches?.(given, this.#trickContext(trick)) ?? given,
      batches,
    );
  }

  /** Tells tricks what the discriminator said. */
  judged(logits: Batches): void {
    for (const trick of this.#sides.tricks) trick.entry.judged?.(logits, this.#trickContext(trick));
  }

  /** The logits that the generator's loss is given. */
  heard(logits: Tensor): Tensor {
    return this.#sides.tricks.reduce(
      (given, trick) => trick.entry.logits?.(given, this.#trickContext(trick)) ?? given,
      logits,
    );
  }

  /** The latent vectors that the generator is given. */
  latent(drawn: Tensor, generate: (z: Tensor) => Tensor): Tensor {
    const score = (z: Tensor) => {
      const said = this.logitsAside(this.packed(generate(z)));
      return this.#sides.loss.reconstructionError ? said.neg() : said;
    };
    return this.#sides.tricks.reduce(
      (z, trick) => trick.entry.latent?.(z, score, this.#trickContext(trick)) ?? z,
      drawn,
    );
  }

  /** Side inputs of its layers beside both batches, given the labels that tricks have left them. */
  beside(labels: Batches["labels"]): Readonly<Record<Beside, Inputs>> {
    const of = (batch: "real" | "fake") => (labels ? { ...this.#inputs, label: labels[batch] } : this.#inputs);
    return besideBoth(of("real"), of("fake"));
  }

  /** Logits [batch, 1] of what `shown` made, with a pass that moves nothing. */
  logitsAside(x: Tensor, inputs = this.#inputs): Tensor {
    return this.#logits(this.#discriminator.aside, x, inputs);
  }

  /** What the discriminator's last layer with weights is given. */
  features(x: Tensor, inputs = this.#inputs): Tensor {
    return this.#discriminator.aside.features(x, inputs);
  }

  /** Logits as a site of the backward pass. */
  logits(x: Tensor, inputs = this.#inputs): Tensor {
    return this.#logits(this.#discriminator, x, inputs).site(`${this.#sides.discriminator}/logit`);
  }

  /** Logits of both batches: in one pass, which has half the kernels of two, unless samples act on each other. */
  both({ real, fake }: Batches, beside: Readonly<Record<Beside, Inputs>>): Batches {
    const count = at(real.shape, 0);
    if (this.#sides.mixesSamples) {
      return {
        real: this.#logits(this.#discriminator.unwatched, real, beside.real),
        fake: this.logits(fake, beside.fake),
      };
    }
    const both = this.logits(Tensor.concat([real, fake]), beside.both);
    return { real: both.slice([0, 0], [count, 1]), fake: both.slice([count, 0], [count, 1]) };
  }

  #logits(discriminator: Applied, x: Tensor, inputs: Inputs): Tensor {
    const output = discriminator(x, inputs);
    return this.#sides.loss.reconstructionError?.(flatRows(x), flatRows(output)) ?? output;
  }

  #trickContext({ name, options }: ResolvedTrick): TrickContext {
    const { random, carry, turn } = this.#step;
    return { options, random, carry: carry.at("tricks").at(name), step: turn, sampleShape: this.#sides.sampleShape };
  }
}

/** Side inputs of two batches, and of both in a row. */
export function besideBoth(real: Inputs, fake: Inputs): Readonly<Record<Beside, Inputs>> {
  const joined = Object.entries(real).map(
    ([name, value]) => [name, Tensor.concat([value, named(fake, name)])] as const,
  );
  return { real, fake, both: Object.fromEntries(joined) };
}
