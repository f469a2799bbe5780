/**
 * A game whose players are linear, so that what a penalty comes to can be worked out by hand:
 *
 *   D(x) = x V u + b, with features x V and slope w = V u        G(z) = z A + c
 *
 * V is [4, 3], A is [3, 4], and a batch has eight samples. `penalty_terms.ts` plays it, in graphs.
 */
import { data } from "../../../src/graph/primitives/leaf.ts";
import { Random } from "../../../src/tensor/random.ts";
import { Tensor } from "../../../src/tensor/tensor.ts";
import { type Matrix, plus, product, rowsOf, type Vector } from "./matrices.ts";

export const sides = ["term", "generatorTerm"] as const;
export type Side = (typeof sides)[number];

/** The lengths of a batch, and of one sample, its features, and its latent vector. */
export const [batch, numbers, features, latents] = [8, 4, 3, 3];
export const criticSize = numbers * features + features + 1;
export const generatorSize = latents * numbers + numbers;

/** Everything in the game, as numbers that f32 holds. */
export interface LinearGame {
  /** V, u and b, one after the other; then A and c. */
  readonly parameters: Readonly<Record<Side, Vector>>;
  readonly layer: Matrix;
  readonly out: Vector;
  readonly bias: number;
  readonly mixing: Matrix;
  readonly real: Matrix;
  readonly latent: Matrix;
  readonly fake: Matrix;
  /** What a penalty draws first, if it draws normal numbers for each sample, for real and generated ones, or each latent. */
  readonly noise: Readonly<Record<"ofSamples" | "ofBoth" | "ofLatents", Matrix>>;
}

/** A function that computes tensors, on the GPU or elsewhere. */
export type Evaluate = (tensors: readonly Tensor[]) => Promise<readonly ArrayLike<number>[]>;

const whole = (value: number): Tensor => new Tensor(data(Uint32Array.of(value), [], "u32"));

const seed = 2018;
const randomOfGame = (): Random => new Random(whole(seed), whole(0));
/** What a penalty draws from; it draws the same each time. */
export const randomOfPenalty = (): Random => new Random(whole(seed), whole(1));

/** Standard deviation of parameters: slopes are of order one, and |w| is not near 1, which some penalties aim at. */
const parameterScale = 0.7;

export async function drawGame(evaluate: Evaluate): Promise<LinearGame> {
  const drawn = randomOfGame();
  const noise = (rows: number, columns: number) => randomOfPenalty().normal([rows, columns]);
  const tensors = {
    critic: drawn.normal([criticSize]).mul(parameterScale),
    generator: drawn.normal([generatorSize]).mul(parameterScale),
    real: drawn.normal([batch, numbers]),
    latent: drawn.normal([batch, latents]),
    ofSamples: noise(batch, numbers),
    ofBoth: noise(2 * batch, numbers),
    ofLatents: noise(batch, latents),
  };
  const { critic, generator, real, latent, ofSamples, ofBoth, ofLatents } = await evaluated(evaluate, tensors);
  const mixing = rowsOf(generator.slice(0, latents * numbers), numbers);
  const rows = rowsOf(latent, latents);
  return {
    parameters: { term: critic, generatorTerm: generator },
    layer: rowsOf(critic.slice(0, numbers * features), features),
    out: critic.slice(numbers * features, -1),
    bias: critic[criticSize - 1] as number,
    mixing,
    real: rowsOf(real, numbers),
    latent: rows,
    fake: product(rows, mixing).map((row) => plus(row, generator.slice(latents * numbers))),
    noise: {
      ofSamples: rowsOf(ofSamples, numbers),
      ofBoth: rowsOf(ofBoth, numbers),
      ofLatents: rowsOf(ofLatents, latents),
    },
  };
}

/** The values of tensors under their names. */
async function evaluated<Name extends string>(
  evaluate: Evaluate,
  tensors: Readonly<Record<Name, Tensor>>,
): Promise<Readonly<Record<Name, Vector>>> {
  const names = Object.keys(tensors) as Name[];
  const values = await evaluate(names.map((name) => tensors[name]));
  const entries = names.map((name, i) => [name, Array.from(values[i] ?? [], Math.fround)]);
  return Object.fromEntries(entries) as Readonly<Record<Name, Vector>>;
}
