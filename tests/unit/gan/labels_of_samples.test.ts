/**
 * Whatever tricks, penalties and losses do, the critic judges each sample beside the label that it was drawn with or generated
 * for. All that the players' steps show a critic is looked at here: images say their class by their brightest pixel.
 */
import { describe, expect, test } from "vitest";
import { images } from "../../../src/data/images/images.ts";
import { OptionError } from "../../../src/errors/errors.ts";
import type { GanNetworks } from "../../../src/gan/adversary/gan_game.ts";
import type { Applied, Step, Terms } from "../../../src/gan/game/game.ts";
import { ganGame } from "../../../src/gan/trainer/config.ts";
import { byName } from "../../../src/gan/trainer/names.ts";
import type { GanConfig } from "../../../src/gan/trainer/trainer_config.ts";
import { data } from "../../../src/graph/primitives/leaf.ts";
import { concatInput } from "../../../src/nn/layers/concat_input.ts";
import { linear } from "../../../src/nn/layers/linear.ts";
import { projection } from "../../../src/nn/layers/projection.ts";
import { network } from "../../../src/nn/network/network.ts";
import { Tensor } from "../../../src/tensor/tensor.ts";
import { carryInHand } from "../../reference/carry_in_hand.ts";
import { evaluate } from "../../reference/reference.ts";
import { createRng } from "../../reference/rng.ts";
import { constants, randomOf } from "./penalties/penalty_inputs.ts";

const [batch, classes, side] = [12, 4, 6];
const pixels = side * side;
/** Between the brightest pixels of two classes: more than any trick or penalty changes. */
const apart = 100;

const labelsOf = (values: readonly number[]) => new Tensor(data(Uint32Array.from(values), [values.length], "u32"));
/** Images of one brightness each, which says the class. */
const showing = (label: Tensor): Tensor =>
  label.cast("f32").mul(apart).reshape([-1, 1, 1, 1]).broadcastTo([label.size, side, side, 1]);

const config = {
  generator: network([2], [concatInput({ classes }), linear(pixels)]),
  discriminator: network([side, side, 1], [projection(classes)]),
  data: images({
    values: Uint8Array.from({ length: 4 * pixels }, (_, i) => i),
    shape: [4, side, side],
    labels: [0, 1, 2, 3],
  }),
} satisfies GanConfig;

type Shown = readonly (readonly [x: Tensor, label: Tensor])[];

/** What the critic is shown in some steps of a player, and beside which labels. */
function shownIn(player: "discriminator" | "generator", more: Partial<GanConfig>, steps = 6): Shown {
  const game = ganGame({ ...config, ...more }, byName);
  const turn = game.players[player]?.terms as (step: Step<GanNetworks>) => Terms;
  const shown: (readonly [Tensor, Tensor])[] = [];
  const rng = createRng(`labels of samples ${player}`);
  const carry = carryInHand();
  const critic = applied((x, { label }) => {
    shown.push([x, label as Tensor]);
    return x
      .reshape([x.shape[0] as number, -1])
      .square()
      .mean(1, { keepDims: true })
      .mul(1e-4);
  });
  const generator = applied((z, { label }) => showing(label as Tensor).add(z.sum(1).reshape([-1, 1, 1, 1]).tanh()));
  for (let i = 0; i < steps; i++) {
    const draw = () => labelsOf(Array.from({ length: batch }, () => rng.integer(0, classes - 1)));
    const labels = draw();
    const step: Step<GanNetworks> = {
      networks: { generator, discriminator: critic },
      batch: { samples: showing(labels), labels },
      priors: { latent: constants(new Float32Array(2 * batch), [batch, 2]), label: draw() },
      random: randomOf(i),
      carry,
      turn: Tensor.scalar(i),
      isProbed: false,
      control: () => Tensor.scalar(1),
      measure: () => undefined,
      heldOut: () => undefined,
      fixedBatch: () => ({ samples: showing(labels), labels }),
      isStreamed: false,
      precise: (x) => x,
    };
    for (const term of Object.values(turn(step))) if (typeof term === "function") term();
  }
  return shown;
}

function applied(f: (x: Tensor, inputs: Readonly<Record<string, Tensor>>) => Tensor): Applied {
  const call = (x: Tensor, inputs = {}) => f(x, inputs);
  const self: Applied = Object.defineProperties(Object.assign(call, { features: call }), {
    aside: { get: () => self },
    unwatched: { get: () => self },
    parameters: { get: () => Tensor.full([3], 1) },
    weights: { get: () => [Tensor.full([2, 2], 1)] },
  }) as never;
  return self;
}

/** Each row's class by its brightest pixel, and the label that it was judged beside. */
const rowsOf = (shown: Shown): (readonly [sees: number, told: number])[] =>
  shown.flatMap(([x, label]) => {
    const [brightest, told] = evaluate([x.reshape([label.size, -1]).max(1).node, label.node]);
    return Array.from(
      told as ArrayLike<number>,
      (label, i) => [Math.round((brightest?.[i] as number) / apart), label] as const,
    );
  });

function expectOwnLabels(shown: Shown): void {
  const rows = rowsOf(shown);
  expect(rows.length).toBeGreaterThanOrEqual(batch);
  expect(new Set(rows.map(([sees]) => sees)).size).toBe(classes);
  expect(rows.filter(([sees, told]) => sees !== told)).toEqual([]);
}

const tricks: readonly Partial<GanConfig>[] = [
  {},
  { tricks: { type: "replay", size: 2, probability: 0.8 } },
  { tricks: { type: "labelFlipping", probability: 0.5 } },
  {
    tricks: [
      { type: "replay", size: 2 },
      { type: "labelFlipping", probability: 0.5 },
    ],
  },
  {
    tricks: [
      { type: "labelFlipping", probability: 0.5 },
      { type: "replay", size: 3 },
    ],
  },
  { tricks: ["instanceNoise", "topK", "latentOptimisation"] },
  { tricks: "diffAugment" },
  { tricks: ["adaptiveAugment", { type: "replay", size: 1 }] },
];
const penalties: readonly Partial<GanConfig>[] = [
  {},
  { penalties: ["r1", "r2"] },
  { penalties: ["balancedConsistency", "consistency"] },
  { penalties: ["featureMatching", "modeSeeking"] },
];
const losses: readonly Partial<GanConfig>[] = [{}, { loss: "relativistic" }];

const say = (chosen: unknown) => JSON.stringify(chosen ?? "none");
const cases = tricks.flatMap((trick) =>
  penalties.flatMap((penalty) =>
    losses.map((loss) => {
      const name = `tricks ${say(trick.tricks)}, penalties ${say(penalty.penalties)}, loss ${say(loss.loss)}`;
      return { name, more: { ...trick, ...penalty, ...loss } };
    }),
  ),
);

describe.each(["discriminator", "generator"] as const)("in the %s's step", (player) => {
  test.each(cases)("$name", ({ more }) => {
    expectOwnLabels(shownIn(player, more));
  });
});

test("the memory of samples does give old ones, of other classes than the real ones beside them", () => {
  const shown = shownIn("discriminator", { tricks: { type: "replay", size: 2, probability: 1 } });
  const last = rowsOf(shown.slice(-1)).map(([, told]) => told);
  expect(last.slice(0, batch)).not.toEqual(last.slice(batch));
});

test("packs have no one label", () => {
  expect(() => ganGame({ ...config, tricks: "pac" }, byName)).toThrow(OptionError);
  expect(() => ganGame({ ...config, tricks: "pac" }, byName)).toThrow(/packs of 2 samples, which have no one label/);
});

describe("label sampling", () => {
  /** Labels that a generator is given, of a batch with one sample of class 1 in four, three of class 0. */
  const drawn = (labelSampling: "data" | "uniform", size = 4000) => {
    const { priors } = ganGame({ ...config, labelSampling }, byName);
    const labels = labelsOf(Array.from({ length: size }, (_, i) => (i % 4 === 3 ? 1 : 0)));
    const tensor = priors?.["label"]?.draw(randomOf(), size, () => ({ labels, samples: showing(labels) })) as Tensor;
    return Array.from(evaluate([tensor.node])[0] as ArrayLike<number>);
  };
  const shares = (labels: readonly number[]) =>
    [0, 1, 2, 3].map((k) => labels.filter((label) => label === k).length / labels.length);

  test('"data" gives classes as often as the data has them', () => {
    expect(shares(drawn("data"))).toEqual([0.75, 0.25, 0, 0]);
  });

  test('"uniform" gives all classes alike, none beyond the last', () => {
    for (const share of shares(drawn("uniform"))) expect(Math.abs(share - 1 / classes)).toBeLessThan(0.03);
  });
});
