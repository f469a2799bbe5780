/** The penalties of a linear game in float64, worked out by hand: their values, and their gradients by the parameters. */
import type { PenaltyName } from "../../../src/gan/penalties/registry.ts";
import { centredAt, leCam, moved, noticed, ofNorm, orthogonal, zeroCentred } from "./critic_forms.ts";
import { type Form, latentMoves } from "./form.ts";
import { featureMatching, imle, latentConsistency, modeSeeking, pathLength, pullingAway } from "./generator_forms.ts";
import type { Side } from "./linear_game.ts";
import { dot, product, scaled } from "./matrices.ts";
import { optionsOf, remembered, weight } from "./penalty_terms.ts";

const power = optionsOf("wganDiv")["power"] as number;

const historicalAveraging =
  (side: Side): Form =>
  ({ parameters }) => {
    const distances = parameters[side].map((x) => x - remembered.parameters);
    return { value: weight * dot(distances, distances), gradient: scaled(distances, 2 * weight) };
  };

/** One entry for every penalty, or this does not compile; a side that a penalty does not have is left out. */
export const penaltyForms: Readonly<Record<PenaltyName, Readonly<Partial<Record<Side, Form>>>>> = {
  r1: { term: zeroCentred },
  r2: { term: zeroCentred },
  wganGp: { term: centredAt(optionsOf("wganGp")["target"] as number) },
  wganLp: { term: centredAt(optionsOf("wganLp")["target"] as number) },
  wganDiv: {
    term: ofNorm(
      (norm) => weight * norm ** power,
      (norm) => weight * power * norm ** (power - 1),
    ),
  },
  dragan: { term: centredAt(1) },
  maxGradient: {
    term: ofNorm(
      (norm) => weight * norm ** 2,
      (norm) => 2 * weight * norm,
    ),
  },
  leCam: { term: leCam },
  consistency: { term: (game) => noticed(game, moved("consistency", game.noise.ofSamples), weight) },
  // The sum of two means over halves is twice the mean.
  balancedConsistency: { term: (game) => noticed(game, moved("balancedConsistency", game.noise.ofBoth), 2 * weight) },
  latentConsistency: {
    term: (game) => noticed(game, product(latentMoves(game), game.mixing), weight),
    generatorTerm: latentConsistency,
  },
  orthogonal: { term: orthogonal },
  pathLength: { generatorTerm: pathLength },
  featureMatching: { generatorTerm: featureMatching },
  modeSeeking: { generatorTerm: modeSeeking },
  pullingAway: { generatorTerm: pullingAway },
  imle: { generatorTerm: imle },
  historicalAveraging: {
    term: historicalAveraging("term"),
    generatorTerm: historicalAveraging("generatorTerm"),
  },
};
