/** What the tests of penalties and tricks share: everything that a term may ask for, in small. */

import type { Carry } from "../../../../src/engine/carry.ts";
import type { GeneratorPenaltyInput } from "../../../../src/gan/penalties/penalty.ts";
import {
  type PenaltyConfig,
  type PenaltyName,
  penalties,
  resolvePenalty,
} from "../../../../src/gan/penalties/registry.ts";
import { data } from "../../../../src/graph/primitives/leaf.ts";
import type { Network } from "../../../../src/nn/network/network.ts";
import { weightMatrices } from "../../../../src/nn/network/weight_matrices.ts";
import { Random } from "../../../../src/tensor/random.ts";
import { isTensor, Tensor } from "../../../../src/tensor/tensor.ts";
import type { TensorTree } from "../../../../src/tensor/transforms.ts";
import { flatten } from "../../../../src/tensor/tree.ts";
import { carryInHand } from "../../../reference/carry_in_hand.ts";

export const constants = (values: ArrayLike<number>, shape: readonly number[]): Tensor =>
  new Tensor(data(Float32Array.from(values), shape, "f32"));

/** Draws that are always the same for a count. */
export const randomOf = (count = 3): Random => {
  const whole = (value: number) => new Tensor(data(Uint32Array.of(value), [], "u32"));
  return new Random(whole(7), whole(count), 100);
};

type Given = Partial<GeneratorPenaltyInput<Readonly<Record<string, number>>>> &
  Pick<GeneratorPenaltyInput, "critic" | "real" | "fake">;

/** The input of a penalty with its default options, weight 1, and whatever a test puts in the place of that. */
export function inputOf(name: PenaltyName, given: Given): GeneratorPenaltyInput<never> {
  const { critic, real, fake } = given;
  const { options } = resolvePenalty({ type: name } as PenaltyConfig);
  return {
    generate: (latent: Tensor) => latent,
    features: (x: Tensor) => x,
    realLogits: critic(real),
    fakeLogits: critic(fake),
    latent: fake,
    sampleShape: real.shape.slice(1),
    random: randomOf(),
    weight: Tensor.scalar(1),
    carry: carryInHand(),
    parameters: fake.flatten(),
    weights: [],
    ...given,
    options: { ...options, ...given.options } as never,
  };
}

/** The side of a penalty that a player's loss has. @throws Error if the player's has none. */
export function termOf(name: PenaltyName, side: "term" | "generatorTerm") {
  const { term, generatorTerm } = resolvePenalty({ type: name } as PenaltyConfig).entry;
  const f = side === "term" ? term : generatorTerm;
  if (!f) throw new Error(`${name} has no ${side}.`);
  return f as (input: GeneratorPenaltyInput<never>) => Tensor;
}

const has = (name: PenaltyName, side: "term" | "generatorTerm") => side in penalties[name];

/** Every side of every penalty. */
export const sides = (Object.keys(penalties) as PenaltyName[]).flatMap((name) =>
  (["term", "generatorTerm"] as const).filter((side) => has(name, side)).map((side) => ({ name, side })),
);

/** A critic and a generator with their parameters as tensors. */
export interface Players {
  readonly critic: Network;
  readonly generator: Network;
  readonly criticTree: TensorTree;
  readonly generatorTree: TensorTree;
}

/** What lasts, in the middle of a training: some steps done, means of some size, each of another. */
function carryInUse(): Carry {
  const asked: string[] = [];
  return carryInHand((name, shape) => {
    if (!asked.includes(name)) asked.push(name);
    return Tensor.full(shape, name === "count" ? 5 : 0.3 - 0.4 * asked.indexOf(name));
  });
}

const pack = (tree: TensorTree): Tensor =>
  Tensor.concat(flatten<Tensor>(tree, isTensor).leaves.map((leaf) => leaf.flatten()));

/** Where the default leaves a small network nothing to pay. */
const optionsInGame: Partial<Record<PenaltyName, Readonly<Record<string, number>>>> = { wganLp: { target: 0.1 } };

export interface Samples {
  readonly real: Tensor;
  readonly latent: Tensor;
}

/** A side of a penalty in a game of two networks, as a function of the parameters that are being trained. */
export function termInGame(
  { name, side }: (typeof sides)[number],
  { critic, generator, criticTree, generatorTree }: Players,
  { real, latent }: Samples,
  weight = 2,
): { readonly term: (at: TensorTree) => Tensor; readonly at: TensorTree } {
  const isGenerators = side === "generatorTerm";
  const term = (at: TensorTree) => {
    const [own, other] = isGenerators ? [at, criticTree] : [at, generatorTree];
    const [g, d] = isGenerators ? [own, other] : [other, own];
    const fake = generator.apply(g, latent);
    return termOf(
      name,
      side,
    )(
      inputOf(name, {
        critic: (x) => critic.apply(d, x),
        generate: (z) => generator.apply(g, z),
        features: (x) => critic.features(d, x),
        real,
        fake,
        latent,
        weight: Tensor.scalar(weight),
        options: optionsInGame[name] ?? {},
        parameters: pack(own),
        weights: weightMatrices(isGenerators ? generator : critic, own),
        carry: carryInUse(),
      }),
    );
  };
  return { term, at: isGenerators ? generatorTree : criticTree };
}
