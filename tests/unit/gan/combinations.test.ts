/** Which choices go together: what is refused, what is advised against, and that each option is held within its range. */
import "../../../src/public/extras/averages.ts";
import "../../../src/public/extras/mixed.ts";
import { describe, expect, test } from "vitest";
import type { OptionSpecs } from "../../../src/choices/options.ts";
import { gaussianRing } from "../../../src/data/drawn/gaussian_ring.ts";
import { sampler } from "../../../src/data/sampler.ts";
import type { Engine } from "../../../src/engine/engine.ts";
import { OptionError } from "../../../src/errors/errors.ts";
import { createLoss, losses } from "../../../src/gan/losses/registry.ts";
import { penalties } from "../../../src/gan/penalties/registry.ts";
import { plays, resolvePlay } from "../../../src/gan/play/registry.ts";
import { adviceOn } from "../../../src/gan/trainer/combinations.ts";
import { resolveConfig, setUpGan } from "../../../src/gan/trainer/config.ts";
import { byName } from "../../../src/gan/trainer/names.ts";
import type { ResolvedConfig, TrainerConfig } from "../../../src/gan/trainer/trainer_config.ts";
import { tricks } from "../../../src/gan/tricks/registry.ts";
import { batchNorm } from "../../../src/nn/layers/batch_norm.ts";
import { linear } from "../../../src/nn/layers/linear.ts";
import { spectralNorm } from "../../../src/nn/layers/spectral_norm.ts";
import { mlp, network } from "../../../src/nn/network/network.ts";
import { Tensor } from "../../../src/tensor/tensor.ts";

/** All that a configuration asks of an engine. */
const engine = {
  features: new Set(["shader-f16"]),
  adapterName: "none",
  limits: { maxStorageBufferBindingSize: 2 ** 27 },
} as unknown as Engine;

const game = {
  generator: mlp([2, 8, 2]),
  discriminator: mlp([2, 8, 1]),
  data: gaussianRing(),
  batchSize: 8,
} satisfies TrainerConfig;

const autoencoder = { loss: "began", discriminator: mlp([2, 8, 2]) } satisfies Partial<TrainerConfig>;

const imageGame = {
  generator: mlp([2, 16]),
  discriminator: mlp([16, 1]),
  data: sampler({ name: "pictures", sampleShape: [4, 4, 1], sample: (_, size) => Tensor.full([size, 4, 4, 1], 0.5) }),
} satisfies Partial<TrainerConfig>;

/** Choices by name that TypeScript would not let pass. */
function resolve(choices: object): ResolvedConfig {
  const config = resolveConfig(engine, { ...game, ...choices }, byName);
  setUpGan(engine, config);
  return config;
}

function expectRefused(choices: object, message: string | RegExp): void {
  expect(() => resolve(choices)).toThrow(OptionError);
  expect(() => resolve(choices)).toThrow(message);
}

const namesOf = <Name extends string>(registry: Readonly<Record<Name, unknown>>) => Object.keys(registry) as Name[];
const ofSlopes = namesOf(penalties).filter((name) => "bindsGradient" in penalties[name]);
const autoencoders = namesOf(losses).filter((name) => createLoss(name).reconstructionError);

test("there are penalties of slopes, and games of autoencoders, to combine", () => {
  expect(ofSlopes).toEqual(["r1", "r2", "wganGp", "wganLp", "wganDiv", "dragan", "maxGradient"]);
  expect(autoencoders).toEqual(["began", "ebgan"]);
});

describe("refused:", () => {
  describe.each(ofSlopes)("%s with", (type) => {
    test("clipped weights of the critic, but not of the generator", () => {
      const clipped = { type: "rmsprop", clipWeights: 0.01 };
      const free = { type: "rmsprop" };
      expectRefused(
        { penalties: [{ type }], optimizer: { generator: free, discriminator: clipped } },
        `Trainer: weight clipping and the penalty ${type} bind the critic's slope in two ways`,
      );
      resolve({ penalties: [{ type }], optimizer: { generator: clipped, discriminator: free } });
    });

    test.each(autoencoders)("reconstruction errors, of %s", (loss) => {
      expectRefused(
        { ...autoencoder, loss, penalties: [{ type }] },
        `Trainer: the penalty ${type} is about the slope of a critic's score, but with ${loss}`,
      );
    });
  });

  test.each(autoencoders)("leCam, pac and adaptiveAugment with %s, which has no logits", (loss) => {
    const given = { ...autoencoder, loss };
    expectRefused(
      { ...given, penalties: [{ type: "leCam" }] },
      `Trainer: leCam regularises logits, and ${loss} has none; leave it out.`,
    );
    const sentence = (trick: string) =>
      `Trainer: ${trick} reads logits of a scalar critic, and ${loss} has none; leave it out.`;
    expectRefused({ ...given, tricks: [{ type: "pac" }] }, sentence("pac"));
    expectRefused(
      { ...imageGame, loss, discriminator: mlp([16, 16]), tricks: [{ type: "adaptiveAugment" }] },
      sentence("adaptiveAugment"),
    );
    resolve({ ...given, penalties: [{ type: "pullingAway" }], tricks: [{ type: "replay" }] });
  });

  const ofImages = [
    ...namesOf(tricks)
      .filter((type) => "needsImages" in tricks[type])
      .map((type) => [type, "tricks"] as const),
    ...namesOf(penalties)
      .filter((type) => "needsImages" in penalties[type])
      .map((type) => [type, "penalties"] as const),
  ];
  test.each(ofImages)("%s, of the %s, on points", (type, kind) => {
    expectRefused(
      { [kind]: [{ type }] },
      `Trainer: ${type} works on images [height, width, channels], but "gaussianRing" has samples of shape [2].`,
    );
    resolve({ ...imageGame, [kind]: [{ type }] });
  });

  const differentiatesGradients = (name: keyof typeof plays) => resolvePlay(name).differentiatesGradients;
  test.each(namesOf(plays).filter(differentiatesGradients))("%s in mixed precision", (play) => {
    expectRefused(
      { play, precision: "mixed" },
      `Trainer: the play ${play} differentiates gradients, which f16 does not`,
    );
    resolve({ play, precision: "f32" });
    resolve({ play: "alternating", precision: "mixed" });
  });

  test("a critic in the place of an autoencoder, and the other way round", () => {
    for (const loss of autoencoders) {
      expectRefused(
        { loss },
        `Trainer: the loss ${loss} is a game over reconstruction errors, so the discriminator must be an autoencoder that ` +
          "ends in [2]; this one ends in [1].",
      );
    }
    for (const loss of namesOf(losses).filter((name) => !autoencoders.includes(name))) {
      expectRefused(
        { loss, discriminator: autoencoder.discriminator },
        `Trainer: the discriminator ends in [2]; the loss ${loss} needs one logit a sample.`,
      );
    }
  });

  test("a batch that is no whole number of packs", () => {
    const tricksOf = (samples: number) => ({ tricks: [{ type: "pac", samples }] });
    expectRefused(
      tricksOf(3),
      "Trainer: a batch of 8 is no whole number of packs of 3 samples; choose a batchSize that is.",
    );
    expect(resolve(tricksOf(4)).discriminator.inputShape).toEqual([8]);
  });

  test("anything twice", () => {
    const twice = (type: string) => [{ type }, { type: type === "pac" ? "replay" : "r2" }, { type }];
    expectRefused({ tricks: twice("pac") }, 'Trainer: the trick "pac" is given twice; give it once, with the options');
    expectRefused(
      { penalties: twice("r1") },
      'Trainer: the penalty "r1" is given twice; give it once, with the options',
    );
  });
});

describe("allowed, with advice:", () => {
  const adviceFor = (choices: object) => adviceOn(resolve(choices)).map(({ problem }) => problem);
  const normalised = network([2], [linear(8), batchNorm(), linear(1)]);

  test("the Wasserstein loss, unless something binds the critic", () => {
    const loss = "wasserstein";
    const unbound = [expect.stringContaining("without a gradient penalty has no bound")];
    expect(adviceFor({ loss })).toEqual(unbound);
    expect(adviceFor({ loss, penalties: [{ type: "featureMatching" }] })).toEqual(unbound);
    expect(adviceFor({ loss, optimizer: { type: "rmsprop", clipWeights: 0.01 } })).toEqual([]);
    expect(adviceFor({ loss, tricks: [{ type: "spectralNorm" }] })).toEqual([]);
    for (const type of ofSlopes) expect(adviceFor({ loss, penalties: [{ type }] })).toEqual([]);
  });

  test.each(ofSlopes)("%s, where samples of a batch act on each other", (type) => {
    const penalty = { penalties: [{ type }] };
    const mixed = [expect.stringContaining(`The penalty ${type} is about each sample's own slope`)];
    expect(adviceFor({ ...penalty, discriminator: normalised })).toEqual(mixed);
    expect(adviceFor({ ...penalty, tricks: [{ type: "minibatchStandardDeviation" }] })).toEqual(mixed);
    expect(adviceFor(penalty)).toEqual([]);
    expect(adviceFor({ discriminator: normalised })).toEqual([]);
  });

  test("penalties that are not added in every step", () => {
    const advice = adviceFor({ penalties: [{ type: "r1", interval: 8 }] });
    expect(advice).toEqual([expect.stringContaining("Penalties every 8 steps save time, and let runs on small data")]);
  });

  test("and the default game is advised nothing", () => {
    expect(adviceFor({})).toEqual([]);
  });
});

describe("tricks that change the discriminator", () => {
  test("leave one that is normalised already with its own normalisation", () => {
    const discriminator = network([2], [spectralNorm(linear(8)), linear(1)]);
    const kinds = resolve({ discriminator, tricks: [{ type: "spectralNorm" }] }).discriminator.layers;
    expect(kinds.map(({ kind }) => kind)).toEqual(["spectralNorm(linear)", "spectralNorm(linear)"]);
  });

  test("apply in the order in which they are given", () => {
    const { discriminator } = resolve({ tricks: [{ type: "pac" }, { type: "spectralNorm" }] });
    expect(discriminator.inputShape).toEqual([4]);
    expect(Object.keys(discriminator.buffers)).toEqual(["0/u", "2/u"]);
  });
});

/** Where each kind of choice stands in a configuration, and what its sentences call it. */
const kinds: readonly {
  readonly kind: string;
  readonly registry: Readonly<Record<string, { readonly options: OptionSpecs }>>;
  readonly place: (choice: object) => object;
  readonly called: (type: string) => string;
}[] = [
  { kind: "loss", registry: losses, place: (loss) => ({ loss }), called: (type) => `The loss "${type}"` },
  { kind: "penalty", registry: penalties, place: (penalty) => ({ penalties: [penalty] }), called: (type) => type },
  { kind: "trick", registry: tricks, place: (trick) => ({ tricks: [trick] }), called: (type) => type },
  { kind: "rule of play", registry: plays, place: (play) => ({ play }), called: (type) => type },
];

describe.each(kinds)("a $kind", ({ kind, registry, place, called }) => {
  const options = Object.entries(registry).flatMap(([type, entry]) =>
    Object.entries(entry.options).flatMap(([name, spec]) => ("low" in spec ? [[type, name, spec] as const] : [])),
  );

  test("that does not exist is refused with the names of those that do", () => {
    for (const type of ["none", "toString"]) {
      expectRefused(
        place({ type }),
        `Trainer: there is no ${kind} "${type}". These exist: ${Object.keys(registry).join(", ")}.`,
      );
    }
  });

  test.each(Object.keys(registry))("%s refuses an option that it has not", (type) => {
    expectRefused(place({ type, colour: 1 }), `${called(type)}: there is no option "colour". These exist: `);
  });

  test.each(options)("%s holds %s within its range", (type, name, spec) => {
    const { default: usual, low, high, whole } = spec;
    const kindOfNumber = whole ? "a whole number" : "a number";
    expect(usual).toBeGreaterThanOrEqual(low);
    expect(usual).toBeLessThanOrEqual(high);
    const outside = [low - 1, high + Math.max(1, high), Number.NaN, "1", ...(whole ? [low + 0.5] : [])];
    for (const value of outside) {
      expectRefused(
        place({ type, [name]: value }),
        `${called(type)}: ${name} is ${typeof value === "string" ? `"${value}"` : value}; it must be ${kindOfNumber} from ${low} to ${high}.`,
      );
    }
  });
});

describe("a penalty's weight and interval, and the generator's mean, have ranges too:", () => {
  const cases: readonly (readonly [object, string])[] = [
    [{ penalties: [{ type: "r1", weight: -1 }] }, "r1: the weight -1 must be a number of at least 0."],
    [{ penalties: [{ type: "r1", weight: Number.NaN }] }, "r1: the weight NaN must be a number of at least 0."],
    [{ penalties: [{ type: "r1", interval: 65 }] }, "r1: interval is 65; it must be a whole number from 1 to 64."],
    [{ penalties: [{ type: "r1", interval: 1.5 }] }, "r1: interval is 1.5; it must be a whole number from 1 to 64."],
    [{ generatorAverage: { decay: 1 } }, "Trainer: generatorAverage.decay is 1; it must be from 0 to below 1."],
    [{ generatorAverage: { decay: -0.1 } }, "Trainer: generatorAverage.decay is -0.1; it must be from 0 to below 1."],
    [
      { generatorAverage: { decay: Number.NaN } },
      "Trainer: generatorAverage.decay is NaN; it must be from 0 to below 1.",
    ],
    [{ generatorAverage: { warmUp: 0 } }, "Trainer: generatorAverage.warmUp is 0; it must be at least 1 step."],
    [
      { generatorAverage: { warmUp: 1 / 0 } },
      "Trainer: generatorAverage.warmUp is Infinity; it must be at least 1 step.",
    ],
  ];
  test.each(cases)("%j", (choices, message) => expectRefused(choices, message));
});

test("what is given by its name alone has its defaults", () => {
  const config = resolveConfig(
    engine,
    {
      ...game,
      loss: "hinge",
      penalties: [{ type: "r1" }],
      tricks: [{ type: "topK" }],
      play: "extragradient",
      generatorAverage: {},
    },
    byName,
  );
  expect(config.loss).toEqual({ name: "hinge", entry: losses.hinge, options: {} });
  expect(config.penalties[0]).toMatchObject({ name: "r1", weight: 0.1, interval: 1 });
  expect(config.tricks[0]).toMatchObject({ name: "topK", options: { decay: 0.99, every: 100, floor: 0.5 } });
  expect(config.play).toMatchObject({ name: "extragradient", entry: { isJoint: true } });
  expect(config.generatorAverage).toEqual({ decay: 0.999, warmUp: 10 });
});
