/** What is said before a training of data that the networks don't suit: scales, ranges, and a sigmoid before logits. */
import { expect, test } from "vitest";
import { gaussianRing } from "../../../src/data/drawn/gaussian_ring.ts";
import { images } from "../../../src/data/images/images.ts";
import { points } from "../../../src/data/points/points.ts";
import { sampler } from "../../../src/data/sampler.ts";
import type { Engine } from "../../../src/engine/engine.ts";
import { adviceOn } from "../../../src/gan/trainer/combinations.ts";
import { resolveConfig } from "../../../src/gan/trainer/config.ts";
import { byName } from "../../../src/gan/trainer/names.ts";
import type { TrainerConfig } from "../../../src/gan/trainer/trainer_config.ts";
import { activation } from "../../../src/nn/layers/activations.ts";
import { linear } from "../../../src/nn/layers/linear.ts";
import { flatten, reshape } from "../../../src/nn/layers/reshape.ts";
import { sequential } from "../../../src/nn/layers/sequential.ts";
import { mlp, network } from "../../../src/nn/network/network.ts";
import { Tensor } from "../../../src/tensor/tensor.ts";

const engine = {
  adapterName: "none",
  features: new Set(),
  limits: { maxStorageBufferBindingSize: 2 ** 27 },
} as unknown as Engine;

const ending = (inputs: number, outputs: number, end: "tanh" | "sigmoid" | "linear") =>
  mlp([inputs, 8, outputs], { outputActivation: end });

const unit = [
  [-1, 1],
  [1, -1],
  [0.5, 0.25],
];
const uneven = unit.map(([x = 0, y = 0]) => [1000 * x, y, 7]);
const pictures = images({ values: Uint8Array.of(0, 255, 9, 8), shape: [1, 2, 2] });
const tanh = /^The generator ends in a tanh, which gives -1 to 1, but "(\w+)" has numbers from (\S+) to (\S+)\.$/;
const sigmoid = /^The generator ends in a sigmoid, which gives 0 to 1, but "(\w+)" has numbers from (\S+) to (\S+)\.$/;
const logits = /^The discriminator ends in a sigmoid, but the loss (\S+) takes logits/;
const scales = /^The coordinates of "(\w+)" have standard deviations from (\S+) to (\S+), a ratio of (\S+):/;

const cases: readonly (readonly [string, Partial<TrainerConfig>, RegExp?, (readonly string[])?])[] = [
  ["points within tanh", { data: points(unit), generator: ending(2, 2, "tanh") }],
  [
    "points beyond tanh",
    {
      data: points([
        [0, 1.5],
        [-4, 0],
      ]),
      generator: ending(2, 2, "tanh"),
    },
    tanh,
    ["points", "-4", "1.5"],
  ],
  [
    "points beyond a linear end",
    {
      data: points([
        [0, 1.5],
        [-4, 0],
      ]),
    },
  ],
  ["points below sigmoid", { data: points(unit), generator: ending(2, 2, "sigmoid") }, sigmoid, ["points", "-1", "1"]],
  [
    "points within sigmoid",
    {
      data: points([
        [0, 1],
        [1, 0],
      ]),
      generator: ending(2, 2, "sigmoid"),
    },
  ],
  [
    "a ring beyond tanh",
    { data: gaussianRing(), generator: ending(2, 2, "tanh") },
    tanh,
    ["gaussianRing", "-2.05", "2.05"],
  ],
  [
    "a tanh behind which only the shape changes",
    {
      data: gaussianRing(),
      generator: network([2], [sequential([linear(2), activation("tanh")]), reshape([1, 2]), flatten()]),
    },
    tanh,
  ],
  ["a tanh in the middle", { data: gaussianRing(), generator: mlp([2, 8, 2], { activation: "tanh" }) }],
  [
    "standardised points beyond tanh",
    {
      data: points({
        values: [
          [0, 5],
          [0, 5],
          [0, 5],
          [0.1, 5],
        ],
        standardise: true,
      }),
      generator: ending(2, 2, "tanh"),
    },
    tanh,
    ["points", "-0.577", "1.73"],
  ],
  ["images within tanh", { data: pictures, generator: ending(2, 4, "tanh"), discriminator: mlp([4, 1]) }],
  [
    "images beyond sigmoid",
    { data: pictures, generator: ending(2, 4, "sigmoid"), discriminator: mlp([4, 1]) },
    sigmoid,
    ["images", "-1", "1"],
  ],
  [
    "data of which nothing is known",
    {
      data: sampler({ sampleShape: [2], sample: (_, size) => Tensor.full([size, 2], 9) }),
      generator: ending(2, 2, "tanh"),
    },
  ],
  ["a sigmoid before logits", { discriminator: ending(2, 1, "sigmoid") }, logits, ["non-saturating"]],
  ["a sigmoid before another loss", { discriminator: ending(2, 1, "sigmoid"), loss: "hinge" }, logits, ["hinge"]],
  ["a sigmoid of an autoencoder", { discriminator: ending(2, 2, "sigmoid"), loss: "began" }],
  [
    "coordinates of different scales",
    { data: points(uneven), generator: mlp([2, 3]), discriminator: mlp([3, 1]) },
    scales,
    ["points", "0.825", "850", "1030"],
  ],
  [
    "the same, standardised",
    {
      data: points({ values: uneven, standardise: true }),
      generator: mlp([2, 3]),
      discriminator: mlp([3, 1]),
    },
  ],
  [
    "a constant coordinate",
    {
      data: points([
        [1, 2],
        [1, 3],
      ]),
    },
  ],
];

test.each(cases.map((row) => ({ what: row[0], row })))("$what", ({ row: [, choices, message, numbers] }) => {
  const base = { generator: mlp([2, 2]), discriminator: mlp([2, 1]), data: points(unit), batchSize: 1 };
  const advice = adviceOn(resolveConfig(engine, { ...base, ...choices }, byName));
  const problems = advice.map(({ problem }) => problem).filter((problem) => /^The (gen|disc|coord)/.test(problem));
  if (!message) expect(problems).toEqual([]);
  else {
    expect(problems).toEqual([expect.stringMatching(message)]);
    if (numbers) expect(message.exec(problems[0]!)?.slice(1)).toEqual(numbers);
  }
});
