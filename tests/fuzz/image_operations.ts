import type { Rng } from "../reference/rng.ts";
import { areApart, call, type Entry, isFloat, type Pool, type Proposal, pickEntry, the } from "./pool.ts";
import type { Argument } from "./program.ts";

const channels = [1, 2, 3, 4, 4, 5, 8];

const pickImages = (pool: Pool, suits: (x: Entry) => boolean = () => true) =>
  pickEntry(
    pool,
    (x) => isFloat(x) && x.shape.length === 4 && suits(x),
    () => {
      const { rng } = pool;
      const images = pool.leaf([rng.integer(1, 2), rng.integer(1, 6), rng.integer(1, 6), rng.pick(channels)]);
      return suits(images) ? images : undefined;
    },
  );

const pair = (rng: Rng, low: number, high: number): Argument =>
  rng.chance(0.5) ? rng.integer(low, high) : [rng.integer(low, high), rng.integer(low, high)];

/** Some of the options, so that defaults are met too. */
function some(rng: Rng, options: Readonly<Record<string, () => Argument>>): Argument {
  return Object.fromEntries(
    Object.entries(options).flatMap(([name, draw]) => (rng.chance(0.5) ? [[name, draw()]] : [])),
  );
}

const padding = (rng: Rng, most: number): Argument =>
  rng.pick<Argument>([
    "same",
    "valid",
    rng.integer(0, most),
    [rng.integer(0, most), rng.integer(0, most), rng.integer(0, most), rng.integer(0, most)],
  ]);

const divisors = (n: number) => Array.from({ length: n }, (_, i) => i + 1).filter((d) => n % d === 0);

const convolution =
  (method: "conv2d" | "convTranspose2d"): Proposal =>
  (pool) => {
    const { rng } = pool;
    const x = pickImages(pool);
    if (!x) return undefined;
    const inputs = x.shape[3] as number;
    const groups = rng.chance(0.75) ? 1 : rng.pick(divisors(inputs));
    const kernel = [rng.integer(1, 4), rng.integer(1, 4)];
    const outputs = groups * rng.pick([1, 1, 2, 3, 4, 8]);
    const shape = method === "conv2d" ? [outputs, ...kernel, inputs / groups] : [inputs, ...kernel, outputs / groups];
    const w = pickEntry(
      pool,
      (entry) => isFloat(entry) && String(entry.shape) === String(shape),
      () => pool.leaf(shape),
    );
    const options = some(rng, {
      stride: () => pair(rng, 1, 3),
      padding: () => padding(rng, 2),
      dilation: () => pair(rng, 1, 2),
      ...(method === "conv2d" ? {} : { outputPadding: () => rng.integer(0, 1) }),
    }) as Readonly<Record<string, Argument>>;
    return w && call(x, method, the(w), { ...options, ...(groups > 1 ? { groups } : {}) });
  };

const pooling =
  (method: string, suits?: (x: Entry) => boolean): Proposal =>
  (pool) => {
    const { rng } = pool;
    const options = some(rng, { stride: () => pair(rng, 1, 3), padding: () => padding(rng, 1) });
    return call(pickImages(pool, suits), method, pair(rng, 1, 3), options);
  };

const kernels: readonly (readonly number[])[] = [[1], [1, 1], [1, 2, 1], [1, 3, 3, 1], [2, 1, 4]];

/** As `proposals`, of images. A call that the method refuses is drawn again. */
export const imageProposals: Readonly<Record<string, readonly [weight: number, Proposal]>> = {
  conv2d: [5, convolution("conv2d")],
  convTranspose2d: [3, convolution("convTranspose2d")],
  averagePool: [1, pooling("averagePool")],
  maxPool: [1, pooling("maxPool", areApart)],
  upsampleNearest: [0.7, (pool) => call(pickImages(pool), "upsampleNearest", pair(pool.rng, 1, 3))],
  downsampleNearest: [0.7, (pool) => call(pickImages(pool), "downsampleNearest", pair(pool.rng, 1, 3))],
  resizeBilinear: [
    0.7,
    (pool) => call(pickImages(pool), "resizeBilinear", [pool.rng.integer(1, 8), pool.rng.integer(1, 8)]),
  ],
  resize: [
    0.7,
    (pool) =>
      call(
        pickImages(pool),
        "resize",
        [pool.rng.integer(1, 8), pool.rng.integer(1, 8)],
        some(pool.rng, { method: () => "bicubic", antialias: () => false }),
      ),
  ],
  firFilter: [
    0.7,
    (pool) =>
      call(
        pickImages(pool),
        "firFilter",
        pool.rng.pick(kernels),
        some(pool.rng, {
          up: () => pair(pool.rng, 1, 2),
          down: () => pair(pool.rng, 1, 2),
          padding: () => pool.rng.integer(-1, 3),
          gain: () => 0.5,
        }),
      ),
  ],
  firUpsample: [0.5, (pool) => call(pickImages(pool), "firUpsample", pool.rng.pick(kernels))],
  firDownsample: [0.5, (pool) => call(pickImages(pool), "firDownsample", pool.rng.pick(kernels))],
  depthToSpace: [
    0.7,
    (pool) =>
      call(
        pickImages(pool, ({ shape }) => (shape[3] as number) % 4 === 0),
        "depthToSpace",
        2,
      ),
  ],
  spaceToDepth: [
    0.7,
    (pool) =>
      call(
        pickImages(pool, ({ shape: [, h, w] }) => h! % 2 === 0 && w! % 2 === 0),
        "spaceToDepth",
        2,
      ),
  ],
};
