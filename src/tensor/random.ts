import type { Node } from "../graph/node.ts";
import { iota } from "../graph/primitives/leaf.ts";
import { integers, type Key, normal, shuffle, uniform } from "../graph/primitives/random.ts";
import type { Shape } from "../graph/shape.ts";
import { type Evaluator, Tensor } from "./tensor.ts";

/**
 * A source of random tensors inside a graph. What it draws is a pure function of the seed, the count and the order of the
 * calls: a plan that counts its runs draws anew each time, and a replay draws the same bits.
 */
export class Random {
  readonly #key: Key;
  readonly #evaluator: Evaluator | undefined;
  #stream: number;

  /**
   * @param seed u32 scalar.
   * @param count u32 scalar: which run this is.
   * @param firstStream where this source's streams begin; sources with one seed and count need distinct ranges.
   */
  constructor(
    readonly seed: Tensor,
    readonly count: Tensor,
    firstStream = 0,
  ) {
    this.#key = { seed: seed.node, count: count.node };
    this.#evaluator = seed.evaluator ?? count.evaluator;
    this.#stream = firstStream;
  }

  /** Uniform in [0, 1). */
  uniform(shape: Shape): Tensor {
    return this.#wrap(uniform(this.#key, this.#stream++, shape));
  }

  /** Standard normal. */
  normal(shape: Shape): Tensor {
    return this.#wrap(normal(this.#key, this.#stream++, shape));
  }

  /** u32 from 0 to range - 1. */
  integers(shape: Shape, range: number): Tensor {
    return this.#wrap(integers(this.#key, this.#stream++, shape, range));
  }

  /** A random order of 0 to length - 1, as u32. */
  permutation(length: number): Tensor {
    return this.#wrap(shuffle(iota(length), this.#key, this.#stream++, length));
  }

  /**
   * Indices of the next minibatch of `size` among `range` items, each item once an epoch in an order of its own: run
   * number `count` takes positions count * size to count * size + size - 1 of the endless sequence of epochs.
   */
  minibatch(size: number, range: number): Tensor {
    const position = this.count.mul(size).add(this.#wrap(iota(size)));
    const epoch = position.div(range);
    const within = position.sub(epoch.mul(range));
    const key = { seed: this.seed.broadcastTo([size]).node, count: epoch.node };
    return this.#wrap(shuffle(within.node, key, this.#stream++, range));
  }

  #wrap(node: Node): Tensor {
    return new Tensor(node, this.#evaluator);
  }
}
