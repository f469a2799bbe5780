/**
 * Philox 4x32-10 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011), with the 64-bit products by
 * BigInt, and what the library draws from it.
 */
export type Words = readonly [number, number, number, number];

export function philox(counter: Words, key: readonly [number, number]): Words {
  let [c0, c1, c2, c3] = counter;
  let [k0, k1] = key;
  for (let round = 0; round < 10; round++) {
    const p = BigInt(0xd2511f53) * BigInt(c0);
    const q = BigInt(0xcd9e8d57) * BigInt(c2);
    [c0, c1, c2, c3] = [(high(q) ^ c1 ^ k0) >>> 0, low(q), (high(p) ^ c3 ^ k1) >>> 0, low(p)];
    k0 = (k0 + 0x9e3779b9) >>> 0;
    k1 = (k1 + 0xbb67ae85) >>> 0;
  }
  return [c0, c1, c2, c3];
}

const low = (product: bigint) => Number(product & 0xffffffffn);
const high = (product: bigint) => Number(product >> 32n);

/** What a random element is a function of. All u32. */
export interface Draw {
  readonly element: number;
  readonly stream: number;
  readonly seed: number;
  readonly count: number;
}

const words = ({ element, stream, seed, count }: Draw) => philox([element, stream, count, 0], [seed, 0]);

/** Uniform in [0, 1): the upper 24 bits of a word. */
export const uniform = (draw: Draw): number => (words(draw)[0] >>> 8) / 2 ** 24;

/** Box and Muller. The first uniform is a f32, half a step above the lattice so that it is never zero. */
export function normal(draw: Draw): number {
  const [first, second] = words(draw);
  const radius = Math.sqrt(-2 * Math.log(Math.fround((first >>> 8) + 0.5) / 2 ** 24));
  return radius * Math.cos((2 * Math.PI * (second >>> 8)) / 2 ** 24);
}

/** Whole numbers from 0 to range - 1: the upper word of a 64-bit product (Lemire). */
export const integer = (draw: Draw, range: number): number => high(BigInt(words(draw)[0]) * BigInt(range));

/** A Feistel network of eight rounds over 0 to 4^half - 1, applied again while the image is not below `range`. */
export function shuffle(position: number, { stream, seed, count }: Omit<Draw, "element">, range: number): number {
  const bits = range > 1 ? Math.floor(Math.log2(range - 1)) + 1 : 0;
  const half = Math.max(Math.ceil(bits / 2), 1);
  const mask = 2 ** half - 1;
  const keys = philox([0x5bd1e995, stream, count, 1], [seed, 0]);
  let x = Math.min(position, range - 1);
  do {
    let left = Math.floor(x / 2 ** half);
    let right = x % 2 ** half;
    for (let round = 0; round < 8; round++) {
      let mixed = Math.imul((right + keys[round % 4]! + round) >>> 0, 0x9e3779b1);
      mixed = Math.imul(mixed ^ (mixed >>> 15), 0x85ebca77);
      mixed ^= mixed >>> 13;
      [left, right] = [right, (left ^ (mixed & mask)) >>> 0];
    }
    x = left * 2 ** half + right;
  } while (x >= range);
  return x;
}
