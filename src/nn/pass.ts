import { assertKeys, instanceOf, type Kind, notNegative, object } from "../errors/checks.ts";
import { OptionError } from "../errors/errors.ts";
import { Random } from "../tensor/random.ts";
import type { Tensor } from "../tensor/tensor.ts";

/**
 * "training" takes the statistics of the batch, drops units, and moves what a layer keeps; "evaluation" treats each sample
 * by itself, the same way every time.
 */
export type Mode = "training" | "evaluation";

const modeKind: Kind = {
  says: '"training" or "evaluation"',
  is: (value) => value === "training" || value === "evaluation",
};

/** Values that layers keep from step to step besides parameters, by path: `2/mean`. */
export type Buffers = Readonly<Record<string, Tensor>>;

export interface PassOptions {
  /** Needed by networks with layers that behave differently in the two. */
  readonly mode?: Mode;
  /** The present values: `network.initBuffers()` at first, and what the pass before left in `buffers` later. */
  readonly buffers?: Buffers;
  /** Needed by layers that draw: dropout, noise. */
  readonly random?: Random;
  /** In the place of that of running statistics: the weight of this batch, from 0 to 1. With 1 they are those of the batch. */
  readonly momentum?: number;
}

/**
 * What a network is told when it is applied, besides parameters and input. It takes up the new values of buffers: several
 * applications with one pass follow one another, and `buffers` afterwards holds what to keep.
 *
 *   const pass = new Pass({ mode: "training", buffers, random });
 *   const y = network.apply(parameters, x, { pass });   // pass.buffers: running statistics with this batch
 */
export class Pass {
  readonly #mode: Mode | undefined;
  readonly #random: Random | undefined;
  #buffers: Buffers;
  readonly momentum: number | undefined;

  constructor(options: PassOptions = {}) {
    assertKeys<PassOptions>("Pass", options, {
      mode: modeKind,
      buffers: object,
      random: instanceOf("a Random", Random),
      momentum: notNegative,
    });
    const { mode, buffers = {}, random, momentum } = options;
    this.#mode = mode;
    this.#buffers = buffers;
    this.#random = random;
    this.momentum = momentum;
  }

  /** All buffers, with the values that the applications so far gave them. */
  get buffers(): Buffers {
    return this.#buffers;
  }

  /** @throws OptionError where it matters and was not given. */
  mode(layer: string): Mode {
    if (this.#mode) return this.#mode;
    throw new OptionError(
      `${layer}: it behaves differently in training and in evaluation; say which: ` +
        'network.apply(parameters, x, { pass: new nn.Pass({ mode: "training", ... }) }).',
    );
  }

  /** @throws OptionError for a pass without a source of random numbers. */
  random(layer: string): Random {
    if (this.#random) return this.#random;
    throw new OptionError(`${layer}: it draws random numbers; give the pass a \`random\`.`);
  }

  /** @throws OptionError if the value was not given. */
  buffer(path: string): Tensor {
    const value = this.#buffers[path];
    if (value) return value;
    throw new OptionError(
      `The pass has no buffer "${path}"; give it \`buffers\`: those of network.initBuffers(random), or kept from training.`,
    );
  }

  /** Whether buffers were given: in training a network may go without. */
  has(path: string): boolean {
    return Object.hasOwn(this.#buffers, path);
  }

  /** Gives a buffer its next value, through which no gradient flows. One that the pass does not hold stays away. */
  update(path: string, value: Tensor): void {
    if (this.has(path)) this.#buffers = { ...this.#buffers, [path]: value.detach() };
  }
}
