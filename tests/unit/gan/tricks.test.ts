/** The tricks in float64: what each changes, and what it leaves as it is. */
import { describe, expect, test } from "vitest";
import { OptionError } from "../../../src/errors/errors.ts";
import { resolveTrick, type TrickConfig, type TrickName, tricks } from "../../../src/gan/tricks/registry.ts";
import { packSize } from "../../../src/gan/tricks/trick.ts";
import { activation } from "../../../src/nn/layers/activations.ts";
import { batchNorm } from "../../../src/nn/layers/batch_norm.ts";
import { conv2d } from "../../../src/nn/layers/conv2d.ts";
import { linear } from "../../../src/nn/layers/linear.ts";
import { flatten } from "../../../src/nn/layers/reshape.ts";
import { residual } from "../../../src/nn/layers/residual.ts";
import { selfAttention } from "../../../src/nn/layers/self_attention.ts";
import { spectralNorm } from "../../../src/nn/layers/spectral_norm.ts";
import { mlp, type Network, network } from "../../../src/nn/network/network.ts";
import { Tensor } from "../../../src/tensor/tensor.ts";
import { grad } from "../../../src/tensor/transforms.ts";
import { evaluate } from "../../reference/reference.ts";
import { constants, randomOf } from "./penalties/penalty_inputs.ts";
import { inUse } from "./trick_contexts.ts";

const valuesOf = (tensor: Tensor) => [...(evaluate([tensor.node])[0] as Float64Array)];
const numberOf = (tensor: Tensor) => valuesOf(tensor)[0] as number;
const column = (values: readonly number[]) => constants(values, [values.length, 1]);
const mean = (values: readonly number[]) => values.reduce((total, value) => total + value, 0) / values.length;

const all = (type: TrickName): TrickConfig => ({ type }) as TrickConfig;
const parts = ["discriminator", "pack", "view", "batches", "judged", "logits", "latent"] as const;

test.each(Object.keys(tricks) as TrickName[])(
  "%s changes some part of the game, and resolves to its defaults",
  (type) => {
    expect(parts.filter((part) => part in tricks[type]).length).toBeGreaterThan(0);
    const { options } = resolveTrick(all(type));
    expect(Object.keys(options)).toEqual(Object.keys(tricks[type].options));
  },
);

describe("the configuration of a trick", () => {
  test("keeps what is given beside the defaults", () => {
    expect(resolveTrick({ type: "topK", floor: 0.25 }).options).toEqual({ decay: 0.99, every: 100, floor: 0.25 });
  });

  test.each(["packing", "toString"])('refuses the unknown trick "%s"', (type) => {
    expect(() => resolveTrick(all(type as TrickName))).toThrow(OptionError);
    expect(() => resolveTrick(all(type as TrickName))).toThrow(
      `Trainer: there is no trick "${type}". These exist: ${Object.keys(tricks).join(", ")}.`,
    );
  });

  test("refuses values out of range", () => {
    expect(() => resolveTrick({ type: "pac", samples: 1.5 })).toThrow("pac: samples is 1.5; it must be a whole number");
    expect(() => resolveTrick({ type: "labelFlipping", probability: 0.6 })).toThrow("from 0 to 0.5");
  });
});

describe("labelFlipping", () => {
  const count = 400;
  const real = Tensor.full([count, 2], 1);
  const fake = Tensor.full([count, 2], -1);

  test("lets real and generated samples change places, as often as it says", () => {
    const { trick, context } = inUse({ type: "labelFlipping", probability: 0.2 });
    const flipped = trick.batches?.({ real, fake }, context());
    const [r, f] = [valuesOf(flipped!.real), valuesOf(flipped!.fake)];
    expect(r.map((x) => -x)).toEqual(f);
    expect(r.every((x, i) => x === r[i - (i % 2)])).toBe(true);
    const share = r.filter((x) => x === -1).length / r.length;
    expect(share).toBeGreaterThan(0.14);
    expect(share).toBeLessThan(0.26);
  });

  test("of probability 0 leaves all in place", () => {
    const { trick, context } = inUse({ type: "labelFlipping", probability: 0 });
    expect(valuesOf(trick.batches!({ real, fake }, context()).real)).toEqual(valuesOf(real));
  });
});

describe("instanceNoise", () => {
  const x = Tensor.full([500, 2], 3);
  const deviationAt = (step: number, until: number) => {
    const { trick, context } = inUse({ type: "instanceNoise", sigma: 0.5, until });
    const noise = valuesOf(trick.view!(x, context(step))).map((value) => value - 3);
    return Math.sqrt(mean(noise.map((value) => value ** 2)));
  };

  test("has the size that was asked for, for ever if it does not end", () => {
    expect(deviationAt(0, 0)).toBeGreaterThan(0.46);
    expect(deviationAt(0, 0)).toBeLessThan(0.54);
    expect(deviationAt(1000, 0)).toBeGreaterThan(0.46);
  });

  test("falls to nothing in a straight line", () => {
    expect(deviationAt(75, 100) / deviationAt(75, 0)).toBeCloseTo(0.25, 5);
    expect(deviationAt(100, 100)).toBe(0);
    expect(deviationAt(170, 100)).toBe(0);
  });
});

describe("diffAugment", () => {
  const shape = [5, 6, 6, 3];
  const x = constants(
    Array.from({ length: 5 * 108 }, (_, i) => Math.sin(i)),
    shape,
  );
  const off = { brightness: 0, saturation: 0, contrast: 0, translation: 0, cutout: 0 };
  const view = (strengths: Partial<typeof off>, image = x, step = 0) => {
    const { trick, context } = inUse({ type: "diffAugment", ...off, ...strengths }, [6, 6, 3]);
    return trick.view!(image, context(step));
  };
  /** [sample][pixel][channel]. */
  const pixels = (image: Tensor) => {
    const values = valuesOf(image);
    return Array.from({ length: 5 }, (_, n) =>
      Array.from({ length: 36 }, (_, p) => [0, 1, 2].map((c) => values[(n * 36 + p) * 3 + c] as number)),
    );
  };
  const before = pixels(x);

  test("with all strengths at 0 is nothing", () => {
    expect(view({})).toBe(x);
  });

  test("brightness adds one number to all of a sample, another one to the next", () => {
    const added = pixels(view({ brightness: 0.5 })).map((sample, n) =>
      sample.flatMap((pixel, p) => pixel.map((value, c) => value - before[n]![p]![c]!)),
    );
    for (const sample of added) {
      expect(Math.max(...sample) - Math.min(...sample)).toBeLessThan(1e-12);
      expect(Math.abs(sample[0] as number)).toBeLessThanOrEqual(0.5);
    }
    expect(new Set(added.map(([first]) => first?.toFixed(6))).size).toBe(5);
  });

  test("saturation keeps the grey of each pixel and stretches its colour", () => {
    pixels(view({ saturation: 1 })).forEach((sample, n) => {
      const factors = sample.map((pixel, p) => {
        expect(mean(pixel)).toBeCloseTo(mean(before[n]![p]!), 6);
        return (pixel[0]! - pixel[1]!) / (before[n]![p]![0]! - before[n]![p]![1]!);
      });
      expect(Math.max(...factors) - Math.min(...factors)).toBeLessThan(1e-6);
      expect(factors[0]).toBeGreaterThanOrEqual(0);
      expect(factors[0]).toBeLessThanOrEqual(2);
    });
  });

  test("contrast keeps the mean of each image and stretches the rest", () => {
    pixels(view({ contrast: 0.5 })).forEach((sample, n) => {
      const [now, then] = [sample.flat(), before[n]!.flat()];
      expect(mean(now)).toBeCloseTo(mean(then), 6);
      const factor = (now[0]! - mean(now)) / (then[0]! - mean(then));
      expect((now[50]! - mean(now)) / (then[50]! - mean(then))).toBeCloseTo(factor, 5);
      expect(Math.abs(factor - 1)).toBeLessThanOrEqual(0.5);
    });
  });

  test("translation moves each sample by whole pixels, with grey behind it", () => {
    const shifts = pixels(view({ translation: 0.34 })).map((sample, n) => {
      const fits = [-2, -1, 0, 1, 2].flatMap((dy) =>
        [-2, -1, 0, 1, 2]
          .filter((dx) =>
            sample.every((pixel, p) => {
              const [row, col] = [Math.floor(p / 6) - dy, (p % 6) - dx];
              const inside = row >= 0 && row < 6 && col >= 0 && col < 6;
              const wanted = inside ? before[n]![6 * row + col]! : [0, 0, 0];
              return pixel.every((value, c) => value === wanted[c]);
            }),
          )
          .map((dx) => `${dy} ${dx}`),
      );
      expect(fits.length).toBe(1);
      return fits[0];
    });
    expect(new Set(shifts).size).toBeGreaterThan(1);
  });

  test("cutout blanks a square, no more of it than lies inside", () => {
    pixels(view({ cutout: 0.5 })).forEach((sample, n) => {
      const blank = sample.flatMap((pixel, p) => (pixel.every((value) => value === 0) ? [p] : []));
      const [rows, cols] = [new Set(blank.map((p) => Math.floor(p / 6))), new Set(blank.map((p) => p % 6))];
      expect(blank.length).toBe(rows.size * cols.size);
      expect(blank.length).toBeGreaterThan(0);
      expect(Math.max(rows.size, cols.size)).toBeLessThanOrEqual(3);
      sample.forEach((pixel, p) => {
        if (!blank.includes(p)) expect(pixel).toEqual(before[n]![p]);
      });
    });
  });

  test("lets gradients through: of the sum of squares, by differences", () => {
    const f = (at: Tensor) =>
      view({ brightness: 0.5, saturation: 1, contrast: 0.5, translation: 0.34, cutout: 0.5 }, at).square().sum();
    const slope = valuesOf(grad(f)(x));
    const values = valuesOf(x);
    for (const i of [0, 17, 120, 300, 500]) {
      const moved = (h: number) =>
        constants(
          values.map((value, k) => (k === i ? value + h : value)),
          shape,
        );
      const h = 2 ** -8;
      expect(slope[i]).toBeCloseTo((numberOf(f(moved(h))) - numberOf(f(moved(-h)))) / (2 * h), 4);
    }
    expect(slope.some((value) => value !== 0)).toBe(true);
  });

  test("draws anew in each step", () => {
    expect(valuesOf(view({ brightness: 0.5 }, x, 1))).not.toEqual(valuesOf(view({ brightness: 0.5 }, x, 2)));
  });
});

describe("adaptiveAugment", () => {
  const batch = 8;
  const run = (said: number, config: Partial<Record<string, number>> = {}) => {
    const use = inUse({ type: "adaptiveAugment", ramp: 320, every: 2, ...config } as TrickConfig, [4, 4, 1]);
    const logits = { real: Tensor.full([batch, 1], said), fake: Tensor.full([batch, 1], -1) };
    const probabilities = [0, 1, 2, 3].map((step) => {
      use.trick.judged?.(logits, use.context(step));
      return numberOf(use.carry.read("probability"));
    });
    return { use, probabilities };
  };

  test("goes up while the discriminator knows the real samples, every few batches", () => {
    const { probabilities } = run(1);
    [0, 0.05, 0.05, 0.1].forEach((wanted, i) => {
      expect(probabilities[i]).toBeCloseTo(wanted, 6);
    });
  });

  test("never falls below 0, and ends at 1", () => {
    expect(run(-1).probabilities).toEqual([0, 0, 0, 0]);
    expect(run(1, { ramp: 10 }).probabilities).toEqual([0, 1, 1, 1]);
  });

  test("goes down again when the discriminator does not know them any more", () => {
    const { use, probabilities } = run(1);
    const logits = { real: Tensor.full([batch, 1], -2), fake: Tensor.full([batch, 1], -1) };
    for (const step of [4, 5]) use.trick.judged?.(logits, use.context(step));
    expect(numberOf(use.carry.read("probability"))).toBeCloseTo(probabilities[3]! - 0.05, 6);
  });

  test("changes nothing at probability 0, some samples in between, and all at 1", () => {
    const x = constants(
      Array.from({ length: 40 * 16 }, (_, i) => Math.sin(i)),
      [40, 4, 4, 1],
    );
    const changedAt = (probability: number) => {
      const { trick, carry, context } = inUse(
        { type: "adaptiveAugment", saturation: 0, contrast: 0, translation: 0, cutout: 0, flip: 0 },
        [4, 4, 1],
      );
      carry.keep("probability", Tensor.scalar(probability));
      const [now, then] = [valuesOf(trick.view!(x, context())), valuesOf(x)];
      return Array.from({ length: 40 }, (_, n) => now[16 * n] !== then[16 * n]).filter(Boolean).length;
    };
    expect(changedAt(0)).toBe(0);
    expect(changedAt(0.5)).toBeGreaterThan(10);
    expect(changedAt(0.5)).toBeLessThan(30);
    expect(changedAt(1)).toBe(40);
  });

  test("mirrors half of those that it chooses", () => {
    const x = constants(
      Array.from({ length: 200 }, (_, i) => i % 2),
      [100, 1, 2, 1],
    );
    const { trick, carry, context } = inUse(
      { type: "adaptiveAugment", brightness: 0, saturation: 0, contrast: 0, translation: 0, cutout: 0 },
      [1, 2, 1],
    );
    carry.keep("probability", Tensor.scalar(1));
    const first = valuesOf(trick.view!(x, context())).filter((_, i) => i % 2 === 0);
    expect(mean(first)).toBeGreaterThan(0.35);
    expect(mean(first)).toBeLessThan(0.65);
  });
});

/** The network that a trick makes of another one. */
const changed = (config: TrickConfig, before: Network): Network => {
  const { trick, options } = inUse(config);
  return trick.discriminator!(before, options);
};

const imageNetwork = () =>
  network([8, 8, 3], [conv2d(4, { kernel: 3, stride: 2 }), activation("relu"), flatten(), linear(1)]);

describe("pac", () => {
  test("widens the first layer for points and for images, and nothing else", () => {
    const points = changed({ type: "pac", samples: 3 }, mlp([2, 5, 1]));
    expect(points.inputShape).toEqual([6]);
    expect(points.parameterCount).toBe(mlp([6, 5, 1]).parameterCount);
    const images = changed({ type: "pac" }, imageNetwork());
    expect(images.inputShape).toEqual([8, 8, 6]);
    expect(images.outputShape).toEqual([1]);
    expect(images.parameterCount - imageNetwork().parameterCount).toBe(4 * 9 * 3);
  });

  test("is told to whoever packs", () => {
    expect(packSize([resolveTrick({ type: "pac", samples: 3 })])).toBe(3);
    expect(packSize([resolveTrick({ type: "topK" }), resolveTrick({ type: "pac" })])).toBe(2);
    expect(packSize([])).toBe(1);
  });
});

describe("layers that see the batch", () => {
  test.each([
    ["minibatchStandardDeviation", 1],
    ["minibatchDiscrimination", 16],
  ] as const)("%s stands before the last layer with parameters and adds %i features", (type, features) => {
    const before = mlp([2, 5, 1], { activation: "tanh" });
    const after = changed({ type }, before);
    expect(after.layers.map(({ kind }) => kind)).toEqual(["linear", "tanh", type, "linear"]);
    expect(after.mixesSamples).toBe(true);
    const inserted = type === "minibatchDiscrimination" ? 5 * 16 * 8 : 0;
    expect(after.parameterCount - before.parameterCount).toBe(features + inserted);
  });
});

describe("spectralNorm", () => {
  const kinds = (of: Network) => of.layers.map(({ kind }) => kind);

  test("is put around each layer with a weight that has none yet, and around nothing else", () => {
    const before = network([8], [spectralNorm(linear(4)), batchNorm(), activation("relu"), linear(1)]);
    expect(kinds(changed({ type: "spectralNorm" }, before))).toEqual([
      "spectralNorm(linear)",
      "batchNorm",
      "relu",
      "spectralNorm(linear)",
    ]);
  });

  test("reaches into residual blocks and attention", () => {
    const before = network(
      [4, 4, 8],
      [
        residual([conv2d(8, { kernel: 3, padding: "same" })], { shortcut: [conv2d(8, { kernel: 1 })] }),
        selfAttention(),
        flatten(),
        linear(1),
      ],
    );
    const after = changed({ type: "spectralNorm" }, before);
    expect(Object.keys(after.buffers)).toEqual([
      "0/main/0/u",
      "0/shortcut/0/u",
      "1/query/u",
      "1/key/u",
      "1/value/u",
      "1/output/u",
      "3/u",
    ]);
    expect(after.parameterCount).toBe(before.parameterCount);
  });
});

describe("topK", () => {
  const logits = [0.5, -1, 3, 0.5, 2, -4, 1, 0];
  const slopesAt = (config: Partial<Record<string, number>>, step: number, values = logits) => {
    const { trick, context } = inUse({ type: "topK", ...config } as TrickConfig);
    return valuesOf(grad((a: Tensor) => trick.logits!(a, context(step)).sum())(column(values)));
  };

  test("keeps all of a batch at first", () => {
    expect(slopesAt({}, 0)).toEqual(logits.map(() => 1));
  });

  test.each([
    [{ decay: 0.5, every: 1, floor: 0 }, 1, [2, 4, 6, 0]],
    [{ decay: 0.5, every: 1, floor: 0 }, 2, [2, 4]],
    [{ decay: 0.5, every: 1, floor: 0 }, 60, [2]],
    [{ decay: 0.5, every: 1, floor: 0.6 }, 60, [2, 4, 6, 0, 3]],
  ])(
    "with %o keeps the highest logits after %i steps, the first of equal ones, and their mean",
    (config, step, kept) => {
      const expected = logits.map((_, i) => (kept.includes(i) ? logits.length / kept.length : 0));
      slopesAt(config, step).forEach((slope, i) => {
        expect(slope).toBeCloseTo(expected[i] as number, 6);
      });
    },
  );

  test("keeps exactly k of equal logits", () => {
    const slopes = slopesAt({ decay: 0.5, every: 1, floor: 0 }, 1, [1, 1, 1, 1, 1, 1]);
    expect(slopes).toEqual([2, 2, 2, 0, 0, 0]);
  });

  test("leaves the logits themselves as they are", () => {
    const { trick, context } = inUse({ type: "topK", decay: 0.5, every: 1 });
    expect(valuesOf(trick.logits!(column(logits), context(5)))).toEqual(logits);
  });
});

describe("replay", () => {
  const size = 3;
  const batch = 4;
  /** Batches in which all samples of step s are s + 1. */
  const run = (steps: number, probability: number) => {
    const { trick, context } = inUse({ type: "replay", size, probability }, [2]);
    return Array.from({ length: steps }, (_, step) => {
      const fake = Tensor.full([batch, 2], step + 1);
      return valuesOf(trick.batches!({ real: Tensor.full([batch, 2], 9), fake }, context(step)).fake);
    });
  };

  test("begins once its memory is full, with whole samples of the last batches", () => {
    const seen = run(8, 1);
    [0, 1, 2].forEach((step) => {
      expect(seen[step]).toEqual(Array(8).fill(step + 1));
    });
    [3, 4, 5, 6, 7].forEach((step) => {
      const values = seen[step] as number[];
      expect(values.every((value) => value >= step + 1 - size && value <= step)).toBe(true);
      expect(values.every((value, i) => value === values[i - (i % 2)])).toBe(true);
    });
    expect(new Set(seen.slice(3).flatMap((values, i) => values.map((value) => i + 4 - value))).size).toBeGreaterThan(1);
  });

  test("mixes old samples with new ones", () => {
    const isOld = run(24, 0.5)
      .slice(size)
      .flatMap((values, i) => values.map((value) => Number(value !== i + size + 1)));
    expect(mean(isOld)).toBeGreaterThan(0.3);
    expect(mean(isOld)).toBeLessThan(0.7);
  });
});

describe("latentOptimisation", () => {
  // D(G(z)) = |z|^2 / 2, whose gradient is z.
  const score = (z: Tensor) => z.square().sum(1, { keepDims: true }).mul(0.5);
  const z = constants([3, 4, 0.5, 0, 0, 0], [3, 2]);
  const moved = (config: Partial<Record<string, number>>) => {
    const { trick, context } = inUse({ type: "latentOptimisation", ...config } as TrickConfig);
    return (at: Tensor) => trick.latent!(at, score, context());
  };

  test("moves each latent along its own gradient, damped by its own length", () => {
    const expected = [3, 4].map((x) => x * (1 + 0.9 / (5 + 25))).concat([0.5 * (1 + 0.9 / 5.25), 0, 0, 0]);
    valuesOf(moved({})(z)).forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i] as number, 6);
    });
  });

  test("stays in bounds where there are some", () => {
    expect(valuesOf(moved({ bound: 1 })(z)).slice(0, 2)).toEqual([1, 1]);
  });

  test("lets gradients through the move", () => {
    const scale = column([2]);
    const f = (s: Tensor) => moved({ alpha: 1, beta: 1 })(column([0.5]).mul(s)).sum();
    // z = s / 2: z' = z + z / (1 + z^2), and at z = 1 dz'/ds = (1 + (1 - 1) / 4) / 2.
    expect(numberOf(grad(f)(scale))).toBeCloseTo(0.5, 6);
  });
});

test("draws of two steps differ, and of one step don't", () => {
  expect(valuesOf(randomOf(1).uniform([3]))).toEqual(valuesOf(randomOf(1).uniform([3])));
  expect(valuesOf(randomOf(1).uniform([3]))).not.toEqual(valuesOf(randomOf(2).uniform([3])));
});
