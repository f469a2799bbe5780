/** Terms of the generator's loss between linear players. */
import { type Form, latentMoves, overOthers } from "./form.ts";
import type { LinearGame } from "./linear_game.ts";
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

/** By A and c, from the derivatives by each sample. */
const byGenerator = ({ latent }: LinearGame, byFake: Matrix): Vector => [
  ...product(transposed(latent), byFake).flat(),
  ...sumOf(byFake),
];

/** By A and c, where c does not matter. */
const byMixing = (slopes: Matrix): Vector => [...slopes.flat(), ...(slopes[0] as Vector).map(() => 0)];

export const latentConsistency: Form = (game) => {
  const moves = latentMoves(game);
  const changes = product(moves, game.mixing);
  const factor = -weight * (optionsOf("latentConsistency")["generatorShare"] as number);
  const perNumber = (2 * factor) / changes.flat().length;
  return {
    value: factor * meanOf(changes.flat().map((x) => x ** 2)),
    gradient: byMixing(scaledRows(product(transposed(moves), changes), perNumber)),
  };
};

export const pathLength: Form = ({ mixing, noise }) => {
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

export const featureMatching: Form = (game) => {
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

export const modeSeeking: Form = (game) => {
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

export const pullingAway: Form = (game) => {
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

export const imle: Form = (game) => {
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
