import type { Carry } from "../carry.ts";
import type { Shape } from "../graph/shape.ts";
import type { Pass } from "../nn/pass.ts";
import type { Random } from "../random.ts";
import { Tensor } from "../tensor.ts";
import type { TensorTree } from "../transforms.ts";
import { applyNetwork, flatRows, type StepContext } from "./step_context.ts";
import { type Batches, packSize, type ResolvedTrick, type TrickContext } from "./tricks/trick.ts";

/** How the discriminator judges within one step: what tricks show it, and what it says. */
export class Judge {
  readonly #context: StepContext;
  readonly #random: Random;
  readonly #carry: Carry;
  readonly #parameters: TensorTree;

  constructor(context: StepContext, random: Random, carry: Carry, parameters: TensorTree) {
    this.#context = context;
    this.#random = random;
    this.#carry = carry;
    this.#parameters = parameters;
  }

  /** Of what the discriminator judges as one. */
  get sampleShape(): Shape {
    const { data, tricks } = this.#context.config;
    const pack = packSize(tricks);
    return data.sampleShape.with(-1, pack * (data.sampleShape.at(-1) as number));
  }

  /** Samples [batch, n] as the discriminator sees them: through the tricks' views, and packed. */
  shown(samples: Tensor): Tensor {
    const { config } = this.#context;
    const viewed = config.tricks.reduce((x, chosen) => {
      const { view } = chosen.entry;
      return view ? flatRows(view(this.#shaped(x), this.#trickContext(chosen))) : x;
    }, samples);
    return this.packed(viewed);
  }

  /** [batch, n] to [batch / pack, pack n]; images lie side by side in channels. */
  packed(samples: Tensor): Tensor {
    const { sampleShape } = this.#context.config.data;
    const pack = packSize(this.#context.config.tricks);
    if (pack === 1) return samples;
    const packs = (samples.shape[0] as number) / pack;
    if (sampleShape.length !== 3) return samples.reshape([packs, -1]);
    return flatRows(samples.reshape([packs, pack, ...sampleShape]).permute([0, 2, 3, 1, 4]));
  }

  /** Other batches for the discriminator's step, where a trick swaps or replaces samples. */
  batches(batches: Batches): Batches {
    return this.#context.config.tricks.reduce(
      (given, chosen) => chosen.entry.batches?.(given, this.#trickContext(chosen)) ?? given,
      batches,
    );
  }

  /** Tells tricks what the discriminator said. */
  judged(logits: Batches): void {
    for (const chosen of this.#context.config.tricks) chosen.entry.judged?.(logits, this.#trickContext(chosen));
  }

  /** The logits that the generator learns from. */
  heard(logits: Tensor): Tensor {
    return this.#context.config.tricks.reduce(
      (given, chosen) => chosen.entry.logits?.(given, this.#trickContext(chosen)) ?? given,
      logits,
    );
  }

  /** The latent vectors that the generator is given. */
  latent(drawn: Tensor, generate: (z: Tensor) => Tensor): Tensor {
    const { loss } = this.#context;
    const score = (z: Tensor) => {
      const said = this.critic(this.packed(generate(z)));
      return loss.reconstructionError ? said.neg() : said;
    };
    return this.#context.config.tricks.reduce(
      (z, chosen) => chosen.entry.latent?.(z, score, this.#trickContext(chosen)) ?? z,
      drawn,
    );
  }

  /** Logits [batch, 1] of what `shown` made, with a pass that moves nothing. */
  critic(x: Tensor): Tensor {
    return this.#logits(x, this.#context.discriminator.pass("training", this.#random), "aside");
  }

  /** What the discriminator's last layer with weights is given. */
  features(x: Tensor): Tensor {
    const { discriminator } = this.#context;
    const pass = discriminator.pass("training", this.#random);
    return discriminator.network.features(this.#parameters, x, { scope: "aside", pass });
  }

  /** Logits as a site of the backward pass. */
  logits(x: Tensor, pass: Pass): Tensor {
    return this.#logits(x, pass, "discriminator").site("discriminator/logit");
  }

  /** Logits of both batches: in one pass, which has half the kernels of two, unless samples act on each other. */
  both({ real, fake }: Batches, pass: Pass): Batches {
    const count = real.shape[0] as number;
    if (this.#context.discriminator.network.mixesSamples) {
      return { real: this.#logits(real, pass, "aside"), fake: this.logits(fake, pass) };
    }
    const both = this.logits(Tensor.concat([real, fake]), pass);
    return { real: both.slice([0, 0], [count, 1]), fake: both.slice([count, 0], [count, 1]) };
  }

  #logits(x: Tensor, pass: Pass, scope: string): Tensor {
    const { discriminator, loss } = this.#context;
    const output = applyNetwork(discriminator, this.#parameters, x, pass, scope);
    return loss.reconstructionError ? loss.reconstructionError(flatRows(x), flatRows(output)) : output;
  }

  #shaped(x: Tensor): Tensor {
    return x.reshape([-1, ...this.#context.config.data.sampleShape]);
  }

  #trickContext({ name, options }: ResolvedTrick): TrickContext {
    const { engine, generator, config } = this.#context;
    return {
      options,
      random: this.#random,
      carry: this.#carry.at(name),
      step: engine.read(generator.steps).cast("f32"),
      sampleShape: config.data.sampleShape,
    };
  }
}
