/** What the tests of penalties and tricks share: everything that a term may ask for, in small. */
import type { Memory, MemorySizes, MemorySpec } from "../../../src/gan/memory.ts";
import type { GeneratorPenaltyInput } from "../../../src/gan/penalties/penalty.ts";
import {
  type PenaltyConfig,
  type PenaltyName,
  penalties,
  resolvePenalty,
} from "../../../src/gan/penalties/registry.ts";
import { data } from "../../../src/graph/primitives/leaf.ts";
import type { Network } from "../../../src/nn/network.ts";
import { weightMatrices } from "../../../src/nn/weight_matrices.ts";
import { Random } from "../../../src/random.ts";
import { isTensor, Tensor } from "../../../src/tensor.ts";
import type { TensorTree } from "../../../src/transforms.ts";
import { flatten } from "../../../src/tree.ts";

export const constants = (values: ArrayLike<number>, shape: readonly number[]): Tensor =>
  new Tensor(data(Float32Array.from(values), shape, "f32"));

/** Draws that are always the same for a count. */
export const randomOf = (count = 3): Random => {
  const whole = (value: number) => new Tensor(data(Uint32Array.of(value), [], "u32"));
  return new Random(whole(7), whole(count), 100);
};

/** A memory as a trainer keeps it, step after step in one graph. */
export function memoryOf(specs: Readonly<Record<string, MemorySpec>> = {}): Memory {
  const kept = new Map(Object.entries(specs).map(([name, { shape, first }]) => [name, Tensor.full(shape, first)]));
  const read = (name: string): Tensor => {
    const value = kept.get(name);
    if (value) return value;
    throw new Error(`There is no memory "${name}".`);
  };
  return {
    read,
    keep: (name, next) => kept.set(name, next.detach().reshape(read(name).shape)),
  };
}

const sizes = { batchSize: 1, sampleSize: 1, generatorParameters: 1, discriminatorParameters: 1 };

/** The memory of a penalty before the first step. */
export const memoryOfPenalty = (name: PenaltyName, given: Partial<MemorySizes> = {}): Memory =>
  memoryOf(resolvePenalty({ type: name } as PenaltyConfig).penalty.memory?.({ ...sizes, ...given }));

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
    memory: memoryOfPenalty(name),
    parameters: fake.flatten(),
    weights: [],
    ...given,
    options: { ...options, ...given.options } as never,
  };
}

/** The side of a penalty that a player's loss has. @throws Error if the player's has none. */
export function termOf(name: PenaltyName, side: "term" | "generatorTerm") {
  const { term, generatorTerm } = resolvePenalty({ type: name } as PenaltyConfig).penalty;
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

/** A memory in the middle of a training: some steps done, means of some size. */
function memoryInUse(name: PenaltyName, players: Record<"generatorParameters" | "discriminatorParameters", number>) {
  const memory = memoryOfPenalty(name, players);
  const specs = Object.entries(
    resolvePenalty({ type: name } as PenaltyConfig).penalty.memory?.({ ...sizes, ...players }) ?? {},
  );
  specs.forEach(([key, { shape }], i) => {
    memory.keep(key, Tensor.full(shape, key.endsWith("Count") ? 5 : 0.3 - 0.4 * i));
  });
  return memory;
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
        memory: memoryInUse(name, {
          generatorParameters: generator.parameterCount,
          discriminatorParameters: critic.parameterCount,
        }),
      }),
    );
  };
  return { term, at: isGenerators ? generatorTree : criticTree };
}
