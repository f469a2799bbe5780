/** Four neighbours at once: only where everything that a kernel writes to a stretch of memory comes in whole fours. */
import { describe, expect, test } from "vitest";
import type { Kernel } from "../../../src/compile/emit/kernel.ts";
import { Tensor } from "../../../src/tensor/tensor.ts";
import { kernelsOfSteps, smallNetworks } from "./compile_only.ts";
import { compile, leaf, output } from "./graphs.ts";

/** Statements that store a single element to an array of vectors, of which WGSL knows nothing. */
function misfits({ source }: Pick<Kernel, "source">): string[] {
  const vectors = new Set([...source.matchAll(/var<storage, \w+> (\w+): array<vec4/g)].map((match) => match[1]));
  const stores = [...source.matchAll(/^\s*(\w+)\[(.+)\] = (.+);$/gm)];
  // A single element is stored at its own index, four of them at a quarter of it.
  return stores.flatMap(([line, name, index]) => (vectors.has(name) && !index!.includes("/ 4u") ? [line.trim()] : []));
}

test("the check itself sees a single element among vectors", () => {
  const declare = (type: string) => `@group(0) @binding(0) var<storage, read_write> b0: array<${type}, 8>;\n`;
  expect(misfits({ source: `${declare("vec4f")}  b0[i / 4u + 2u] = w1;\n  b0[i + 1u] = w2.y;` })).toHaveLength(1);
  expect(misfits({ source: `${declare("f32")}  b0[i + 1u] = w2.y;` })).toEqual([]);
});

/** Two-layer networks, as narrow as they get: parameters that begin anywhere in their arena. */
const networks = [1, 3, 4].flatMap((latent) =>
  [1, 2, 3, 4, 5, 8].flatMap((hidden) =>
    [1, 2, 4].flatMap((sample) => [3, 4, 5].map((critic) => [latent, hidden, sample, critic] as const)),
  ),
);

const batches = [1, 2, 4, 8, 3];

describe.each(batches)("batches of %i", (batchSize) => {
  const some = networks.filter((_, i) => i % batches.length === batches.indexOf(batchSize));
  test.each(some)("mlp([%i, %i, %i]) against a critic of %i units", async (latent, hidden, sample, critic) => {
    const networks = smallNetworks([latent, hidden, sample, critic], batchSize);
    const kernels = await kernelsOfSteps({ ...networks, probes: { every: batchSize % 2 } });
    expect(kernels.length).toBeGreaterThan(0);
    expect(kernels.flatMap(misfits)).toEqual([]);
  });
});

describe("concatenations", () => {
  const sizes = [1, 2, 3, 4, 5, 8, 12];
  const pairs = sizes.flatMap((first) => sizes.map((second) => [first, second] as const));
  const compiled = (parts: readonly Tensor[], maxBindings: number, fuse: boolean) => {
    const whole = Tensor.concat(parts);
    return compile([output(whole.softmax()), output(whole)], maxBindings, fuse).kernels;
  };
  const part = (name: string, size: number) => leaf(name, [size]);

  test.each(pairs)("of %i computed elements and %i given ones", (first, second) => {
    const [a, b] = [part("a", first), part("b", second)];
    const product = leaf("c", [second, 8])
      .matmul(leaf("d", [8, first]))
      .flatten();
    for (const [maxBindings, fuse] of [
      [10, true],
      [10, false],
      [4, true],
    ] as const) {
      for (const parts of [
        [a.tanh(), b],
        [a, b],
        [a.variance(undefined, { keepDims: true }), b],
        [a, product, b.mul(2)],
      ]) {
        expect(compiled(parts, maxBindings, fuse).flatMap(misfits)).toEqual([]);
      }
    }
  });
});
