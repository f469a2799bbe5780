/** What closed forms of penalties share. */
import type { LinearGame } from "./linear_game.ts";
import { type Matrix, scaledRows, sumOf, type Vector } from "./matrices.ts";
import { optionsOf } from "./penalty_terms.ts";

export interface Known {
  readonly value: number;
  /** By the player's parameters, in their order. */
  readonly gradient: Vector;
}

export type Form = (game: LinearGame) => Known;

/** Sums over all others than the i-th. */
export const overOthers = <Value>(
  values: readonly Value[],
  i: number,
  term: (value: Value, j: number) => Vector,
): Vector => sumOf(values.flatMap((value, j) => (j === i ? [] : [term(value, j)])));

/** How far latent consistency moves its latent vectors. */
export const latentMoves = ({ noise }: LinearGame): Matrix =>
  scaledRows(noise.ofLatents, optionsOf("latentConsistency")["sigma"] as number);
