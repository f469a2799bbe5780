/** Terms of the discriminator's loss between linear players. */
import type { PenaltyName } from "../../../src/gan/penalties/registry.ts";
import { type Form, type Known, overOthers } from "./form.ts";
import type { LinearGame } from "./linear_game.ts";
import {
  dot,
  type Matrix,
  meanOf,
  meanRow,
  normOf,
  scaled,
  scaledRows,
  sumOf,
  transposed,
  type Vector,
} from "./matrices.ts";
import { optionsOf, remembered, weight } from "./penalty_terms.ts";

const slopeOf = ({ layer, out }: LinearGame): Vector => layer.map((row) => dot(row, out));
const logitsOf = (game: LinearGame, x: Matrix): Vector => x.map((row) => dot(row, slopeOf(game)) + game.bias);

/** By V, u and b, from the derivatives by w = V u and by b. */
const byCritic = ({ layer, out }: LinearGame, bySlope: Vector, byBias = 0): Vector => [
  ...bySlope.flatMap((x) => scaled(out, x)),
  ...transposed(layer).map((column) => dot(column, bySlope)),
  byBias,
];

/** A function of |grad D|, which is |w| everywhere. */
export const ofNorm =
  (value: (norm: number) => number, derivative: (norm: number) => number): Form =>
  (game) => {
    const slope = slopeOf(game);
    const norm = normOf(slope);
    return { value: value(norm), gradient: byCritic(game, scaled(slope, derivative(norm) / norm)) };
  };

export const zeroCentred = ofNorm(
  (norm) => (weight / 2) * norm ** 2,
  (norm) => weight * norm,
);

/** The norm is above every target here, so the one-sided form is the same. */
export const centredAt = (target: number) =>
  ofNorm(
    (norm) => weight * (norm - target) ** 2,
    (norm) => 2 * weight * (norm - target),
  );

/** factor mean_i (w . e_i)^2: how far D's answers move with its inputs. */
export function noticed(game: LinearGame, moves: Matrix, factor: number): Known {
  const changes = moves.map((move) => dot(move, slopeOf(game)));
  const bySlope = meanRow(moves.map((move, i) => scaled(move, 2 * factor * (changes[i] as number))));
  return { value: factor * meanOf(changes.map((x) => x ** 2)), gradient: byCritic(game, bySlope) };
}

export const moved = (name: PenaltyName, noise: Matrix): Matrix =>
  scaledRows(noise, optionsOf(name)["shift"] as number);

export const leCam: Form = (game) => {
  const above = logitsOf(game, game.real).map((a) => Math.max(0, a - remembered.fake));
  const below = logitsOf(game, game.fake).map((a) => Math.max(0, remembered.real - a));
  const count = above.length;
  const byLogit = [...above, ...scaled(below, -1)].map((x) => (2 * weight * x) / count);
  const bySlope = sumOf([...game.real, ...game.fake].map((x, i) => scaled(x, byLogit[i] as number)));
  const byBias = byLogit.reduce((total, x) => total + x, 0);
  const squares = (values: Vector) => meanOf(values.map((x) => x ** 2));
  return { value: weight * (squares(above) + squares(below)), gradient: byCritic(game, bySlope, byBias) };
};

export const orthogonal: Form = ({ layer, out }) => {
  const rows = transposed(layer);
  const squares = rows.map((row, i) => overOthers(rows, i, (other) => [dot(row, other) ** 2])[0] as number);
  const slopes = rows.map((row, i) => overOthers(rows, i, (other) => scaled(other, 4 * weight * dot(row, other))));
  return {
    value: weight * squares.reduce((total, x) => total + x, 0),
    gradient: [...transposed(slopes).flat(), ...out.map(() => 0), 0],
  };
};
