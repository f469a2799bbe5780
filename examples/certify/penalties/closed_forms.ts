/** The penalties of a linear game in float64, worked out by hand: their values, and their gradients by the parameters. */
import type { PenaltyName } from "../../../src/gan/penalties/registry.ts";
import type { LinearGame, Side } from "./linear_game.ts";
import {
  dot,
  type Matrix,
  meanOf,
  meanRow,
  minus,
  normOf,
  plus,
  product,
  scaled,
  scaledRows,
  sumOf,
  transposed,
  type Vector,
} from "./matrices.ts";
import { optionsOf, remembered, weight } from "./penalty_terms.ts";

export interface Known {
  readonly value: number;
  /** By the player's parameters, in their order. */
  readonly gradient: Vector;
}

type Form = (game: LinearGame) => Known;

const slopeOf = ({ layer, out }: LinearGame): Vector => layer.map((row) => dot(row, out));
const logitsOf = (game: LinearGame, x: Matrix): Vector => x.map((row) => dot(row, slopeOf(game)) + game.bias);

/** By V, u and b, from the derivatives by w = V u and by b. */
const byCritic = ({ layer, out }: LinearGame, bySlope: Vector, byBias = 0): Vector => [
  ...bySlope.flatMap((x) => scaled(out, x)),
  ...transposed(layer).map((column) => dot(column, bySlope)),
  byBias,
];

/** By A and c, from the derivatives by each sample. */
const byGenerator = ({ latent }: LinearGame, byFake: Matrix): Vector => [
  ...product(transposed(latent), byFake).flat(),
  ...sumOf(byFake),
];

/** By A and c, where c does not matter. */
const byMixing = (slopes: Matrix): Vector => [...slopes.flat(), ...(slopes[0] as Vector).map(() => 0)];

/** A function of |grad D|, which is |w| everywhere. */
const ofNorm =
  (value: (norm: number) => number, derivative: (norm: number) => number): Form =>
  (game) => {
    const slope = slopeOf(game);
    const norm = normOf(slope);
    return { value: value(norm), gradient: byCritic(game, scaled(slope, derivative(norm) / norm)) };
  };

const zeroCentred = ofNorm(
  (norm) => (weight / 2) * norm ** 2,
  (norm) => weight * norm,
);

/** The norm is above every target here, so the one-sided form is the same. */
const centredAt = (target: number) =>
  ofNorm(
    (norm) => weight * (norm - target) ** 2,
    (norm) => 2 * weight * (norm - target),
  );

const power = optionsOf("wganDiv")["power"] as number;

/** factor mean_i (w . e_i)^2: how far D's answers move with its inputs. */
function noticed(game: LinearGame, moves: Matrix, factor: number): Known {
  const changes = moves.map((move) => dot(move, slopeOf(game)));
  const bySlope = meanRow(moves.map((move, i) => scaled(move, 2 * factor * (changes[i] as number))));
  return { value: factor * meanOf(changes.map((x) => x ** 2)), gradient: byCritic(game, bySlope) };
}

const moved = (name: PenaltyName, noise: Matrix): Matrix => scaledRows(noise, optionsOf(name)["shift"] as number);

const latentMoves = ({ noise }: LinearGame): Matrix =>
  scaledRows(noise.ofLatents, optionsOf("latentConsistency")["sigma"] as number);

const leCam: Form = (game) => {
  const above = logitsOf(game, game.real).map((a) => Math.max(0, a - remembered.fake));
  const below = logitsOf(game, game.fake).map((a) => Math.max(0, remembered.real - a));
  const count = above.length;
  const byLogit = [...above, ...scaled(below, -1)].map((x) => (2 * weight * x) / count);
  const bySlope = sumOf([...game.real, ...game.fake].map((x, i) => scaled(x, byLogit[i] as number)));
  const byBias = byLogit.reduce((total, x) => total + x, 0);
  const squares = (values: Vector) => meanOf(values.map((x) => x ** 2));
  return { value: weight * (squares(above) + squares(below)), gradient: byCritic(game, bySlope, byBias) };
};

const latentConsistency: Form = (game) => {
  const moves = latentMoves(game);
  const changes = product(moves, game.mixing);
  const factor = -weight * (optionsOf("latentConsistency")["generatorShare"] as number);
  const perNumber = (2 * factor) / changes.flat().length;
  return {
    value: factor * meanOf(changes.flat().map((x) => x ** 2)),
    gradient: byMixing(scaledRows(product(transposed(moves), changes), perNumber)),
  };
};

/** Sums over all others than the i-th. */
const overOthers = <Value>(values: readonly Value[], i: number, term: (value: Value, j: number) => Vector): Vector =>
  sumOf(values.flatMap((value, j) => (j === i ? [] : [term(value, j)])));

const orthogonal: Form = ({ layer, out }) => {
  const rows = transposed(layer);
  const squares = rows.map((row, i) => overOthers(rows, i, (other) => [dot(row, other) ** 2])[0] as number);
  const slopes = rows.map((row, i) => overOthers(rows, i, (other) => scaled(other, 4 * weight * dot(row, other))));
  return {
    value: weight * squares.reduce((total, x) => total + x, 0),
    gradient: [...transposed(slopes).flat(), ...out.map(() => 0), 0],
  };
};

const pathLength: Form = ({ mixing, noise }) => {
  const pulled = product(noise.ofSamples, transposed(mixing));
  const lengths = pulled.map(normOf);
  const slopes = pulled.map((row, i) => {
    const length = lengths[i] as number;
    return scaled(row, (2 * weight * (length - remembered.length)) / (length * lengths.length));
  });
  return {
    value: weight * meanOf(lengths.map((length) => (length - remembered.length) ** 2)),
    gradient: byMixing(product(transposed(slopes), noise.ofSamples)),
  };
};

const featureMatching: Form = (game) => {
  const { real, fake, layer } = game;
  const gap = minus(meanRow(product(real, layer)), meanRow(product(fake, layer)));
  const byFake = product([scaled(gap, (-2 * weight) / fake.length)], transposed(layer))[0] as Vector;
  return {
    value: weight * dot(gap, gap),
    gradient: byGenerator(
      game,
      fake.map(() => byFake),
    ),
  };
};

const modeSeeking: Form = (game) => {
  const epsilon = optionsOf("modeSeeking")["epsilon"] as number;
  const gaps = (rows: Matrix) => rows.map((row, i) => minus(row, rows[rows.length - 1 - i] as Vector));
  const distance = (gap: Vector) => meanOf(gap.map(Math.abs));
  const between = gaps(game.fake);
  const apart = between.map((gap) => distance(gap) + epsilon);
  const ratios = gaps(game.latent).map((gap, i) => distance(gap) / (apart[i] as number));
  // Each distance stands in the sum twice: once for either end.
  const byFake = between.map((gap, i) => {
    const factor = (-2 * weight * (ratios[i] as number)) / (apart[i] as number);
    return scaled(gap.map(Math.sign), factor / (ratios.length * gap.length));
  });
  return { value: weight * meanOf(ratios), gradient: byGenerator(game, byFake) };
};

const pullingAway: Form = (game) => {
  const rows = product(game.fake, game.layer);
  const directions = rows.map((row) => scaled(row, 1 / normOf(row)));
  const cosines = product(directions, transposed(directions));
  const pairs = rows.length * (rows.length - 1);
  const squares = cosines.map((row, i) => overOthers(row, i, (cosine) => [cosine ** 2])[0] as number);
  const byFeatures = directions.map((own, i) => {
    const turning = overOthers(directions, i, (other, j) => {
      const cosine = cosines[i]?.[j] as number;
      return scaled(minus(other, scaled(own, cosine)), cosine);
    });
    return scaled(turning, (4 * weight) / (pairs * normOf(rows[i] as Vector)));
  });
  return {
    value: (weight * squares.reduce((total, x) => total + x, 0)) / pairs,
    gradient: byGenerator(game, product(byFeatures, transposed(game.layer))),
  };
};

const imle: Form = (game) => {
  const { real, fake } = game;
  const squared = (a: Vector, b: Vector) => dot(minus(a, b), minus(a, b));
  const distances = real.map((x) => fake.map((y) => squared(x, y)));
  const nearest = distances.map((row) => row.indexOf(Math.min(...row)));
  const byFake = fake.map((y, j) =>
    real
      .filter((_, i) => nearest[i] === j)
      .map((x) => scaled(minus(y, x), (2 * weight) / real.length))
      .reduce(plus, scaled(y, 0)),
  );
  return { value: weight * meanOf(distances.map((row) => Math.min(...row))), gradient: byGenerator(game, byFake) };
};

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
