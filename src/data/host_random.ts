/** Random numbers on the host, for data that is made there. */
import { at } from "../errors/at.ts";

export interface HostRandom {
  /** Uniform from `low` to `high`; 0 to 1 by default. */
  uniform(low?: number, high?: number): number;
  /** Whole number from 0 to range - 1. */
  integer(range: number): number;
  /** Standard normal. */
  normal(): number;
}

/**
 * The generator sfc32 (Doty-Humphrey, PractRand). Each stream of a seed is a sequence of its own: what draws one stream an
 * item makes the same first items, however many follow.
 */
export function hostRandom(seed: number, stream = 0): HostRandom {
  let [a, b, c, counter] = [seed >>> 0, stream >>> 0, 0x9e3779b9, 1];
  const next = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return sum >>> 0;
  };
  // Close seeds are far apart after this many rounds, by the author's advice.
  for (let round = 0; round < 12; round++) next();
  const unit = () => next() / 2 ** 32;
  return {
    uniform: (low = 0, high = 1) => low + (high - low) * unit(),
    // Box and Muller; 1 - u is never zero.
    normal: () => Math.sqrt(-2 * Math.log(1 - unit())) * Math.cos(2 * Math.PI * unit()),
    integer: (range) => Math.floor(unit() * range),
  };
}

/** A random order of 0 to length - 1 (Fisher and Yates). */
export function shuffledOrder(random: HostRandom, length: number): Uint32Array {
  const order = Uint32Array.from({ length }, (_, i) => i);
  for (let i = length - 1; i > 0; i--) {
    const j = random.integer(i + 1);
    [order[i], order[j]] = [at(order, j), at(order, i)];
  }
  return order;
}
