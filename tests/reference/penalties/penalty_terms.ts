/** Penalties in the game of `linear_game.ts`, as functions of a player's parameters. */
import type { GeneratorPenaltyInput } from "../../../src/gan/penalties/penalty.ts";
import {
  type PenaltyConfig,
  type PenaltyName,
  penalties,
  resolvePenalty,
} from "../../../src/gan/penalties/registry.ts";
import { data } from "../../../src/graph/primitives/leaf.ts";
import { Tensor } from "../../../src/tensor/tensor.ts";
import { grad } from "../../../src/tensor/transforms.ts";
import { carryInHand } from "../carry_in_hand.ts";
import {
  criticSize,
  type Evaluate,
  features,
  type LinearGame,
  latents,
  numbers,
  randomOfPenalty,
  type Side,
  sides,
} from "./linear_game.ts";
import type { Matrix, Vector } from "./matrices.ts";

export interface Term {
  readonly name: PenaltyName;
  readonly side: Side;
}

/** Every side of every penalty. */
export const terms: readonly Term[] = (Object.keys(penalties) as PenaltyName[]).flatMap((name) =>
  sides.filter((side) => side in penalties[name]).map((side) => ({ name, side })),
);

const constant = (values: Vector, shape: readonly number[]): Tensor =>
  new Tensor(data(Float32Array.from(values), shape, "f32"));
const matrix = (rows: Matrix): Tensor => constant(rows.flat(), [rows.length, (rows[0] as Vector).length]);

/** The middle of a training, for penalties that remember: means of logits, of lengths, and of parameters. */
export const remembered = { real: 0.3, fake: -0.1, length: 1.5, parameters: 0.2 } as const;

const lasting: Readonly<Record<string, number>> = {
  real: remembered.real,
  fake: remembered.fake,
  length: remembered.length,
  mean: remembered.parameters,
  count: 5,
};

const carryInUse = () =>
  carryInHand((name, shape) => {
    const value = lasting[name];
    if (value !== undefined) return Tensor.full(shape, value);
    throw new Error(`A penalty asked for "${name}" of what lasts, of which this game has none; add it to \`lasting\`.`);
  });

/** What every penalty is weighted with here. */
export const weight = 2;

/** Where the default leaves these players nothing to pay. */
const given: Partial<Record<PenaltyName, Readonly<Record<string, number>>>> = { wganLp: { target: 0.1 } };

const resolved = (name: PenaltyName) => resolvePenalty({ type: name, ...given[name] } as PenaltyConfig);

export const optionsOf = (name: PenaltyName): Readonly<Record<string, number>> =>
  Object.fromEntries(Object.entries(resolved(name).options).map(([option, value]) => [option, Number(value)]));

type Activation = (x: Tensor) => Tensor;

/** D as a function of its parameters. */
function criticOf(parameters: Tensor, activation: Activation) {
  const layer = parameters.slice([0], [numbers * features]).reshape([numbers, features]);
  const out = parameters.slice([numbers * features], [features]).reshape([features, 1]);
  const bias = parameters.slice([criticSize - 1], [1]);
  const featuresOf = (x: Tensor) => activation(x.matmul(layer));
  return { features: featuresOf, critic: (x: Tensor) => featuresOf(x).matmul(out).add(bias), weights: [layer, out] };
}

/** G as a function of its parameters. */
function generatorOf(parameters: Tensor, activation: Activation) {
  const mixing = parameters.slice([0], [latents * numbers]).reshape([latents, numbers]);
  const shift = parameters.slice([latents * numbers], [numbers]);
  return { generate: (z: Tensor) => activation(z.matmul(mixing).add(shift)), weights: [mixing] };
}

/** What a side's player is made of, as a vector. */
export const parametersOf = ({ parameters }: LinearGame, side: Side): Tensor =>
  constant(parameters[side], [parameters[side].length]);

/**
 * A side of a penalty as a function of its player's parameters, a vector. With an activation of the features and of the
 * generated samples the players are no longer linear.
 */
export function termOf(
  game: LinearGame,
  name: PenaltyName,
  side: Side,
  activation: Activation = (x) => x,
): (parameters: Tensor) => Tensor {
  const { options, entry } = resolved(name);
  const [real, latent] = [matrix(game.real), matrix(game.latent)];
  return (parameters) => {
    const of = (player: Side) => (player === side ? parameters : parametersOf(game, player));
    const [d, g] = [criticOf(of("term"), activation), generatorOf(of("generatorTerm"), activation)];
    const fake = g.generate(latent);
    const input: GeneratorPenaltyInput = {
      critic: d.critic,
      features: d.features,
      generate: g.generate,
      real,
      latent,
      fake,
      realLogits: d.critic(real),
      fakeLogits: d.critic(fake),
      sampleShape: [numbers],
      random: randomOfPenalty(),
      weight: Tensor.scalar(weight),
      options,
      carry: carryInUse(),
      parameters,
      weights: (side === "term" ? d : g).weights.map((each) => each.transpose()),
    };
    const term = entry[side];
    if (!term) throw new Error(`${name} has no ${side}.`);
    return term(input);
  };
}

/** A term and its gradient by its player's parameters. */
export async function computeTerm(evaluate: Evaluate, game: LinearGame, { name, side }: Term) {
  const f = termOf(game, name, side);
  const at = parametersOf(game, side);
  const [value, gradient] = (await evaluate([f(at), grad(f)(at)])) as [ArrayLike<number>, ArrayLike<number>];
  return { value: value[0] as number, gradient: Array.from(gradient) };
}
