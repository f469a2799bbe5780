/** Games in float64: points as lists of numbers, and what rules of play keep. */
import type { Carry } from "../../../../src/engine/carry.ts";
import { gradientsAt } from "../../../../src/gan/play/field.ts";
import {
  ofPlayer,
  type PerPlayer,
  type PlayedGame,
  type PlayerState,
  perPlayer,
  pointOf,
} from "../../../../src/gan/play/game.ts";
import { type PlayConfig, type PlayName, resolvePlay } from "../../../../src/gan/play/registry.ts";
import type { Optimizer } from "../../../../src/optim/optimizer.ts";
import { sgd } from "../../../../src/optim/sgd.ts";
import { Tensor } from "../../../../src/tensor/tensor.ts";
import { asArguments, operand } from "../../../reference/operands.ts";
import { evaluate } from "../../../reference/reference.ts";
import { createRng } from "../../../reference/rng.ts";

/** Exact in f32, as constants of a graph are. */
export const rate = 0.125;

/** A point of a game with so many numbers a player. Lists of numbers are in the order of `sizes`. */
export function placeOf(name: string, sizes: PerPlayer<number>) {
  const rng = createRng(name);
  const players = Object.keys(sizes);
  const lengths = Object.values(sizes);
  const { nodes, environment } = asArguments(lengths.map((size) => operand(rng, [size], (r) => r.between(-1, 1))));
  const here: PerPlayer = perPlayer(players, (player) => new Tensor(nodes[players.indexOf(player)]!));
  const start = evaluate(nodes, environment()).flatMap((values) => Array.from(values));
  const partsOf = (point: readonly number[]) => {
    const rest = [...point];
    return lengths.map((size) => rest.splice(0, size));
  };
  /** One thing for each player as a function of the point. */
  const asFunction = (vectors: PerPlayer): ((point: readonly number[]) => number[]) => {
    const roots = players.map((player) => ofPlayer(vectors, player).node);
    return (point) => evaluate(roots, environment(partsOf(point))).flatMap((values) => Array.from(values));
  };
  const playersAt = (optimizer: Optimizer = sgd()): PerPlayer<PlayerState> =>
    perPlayer(players, (player) => ({
      parameters: ofPlayer(here, player),
      optimizer,
      slots: optimizer.slots.map(() => Tensor.full([ofPlayer(sizes, player)], 0)),
      step: Tensor.scalar(1),
      learningRate: Tensor.scalar(rate),
    }));
  /** Where `count` steps of a rule lead from `start`. */
  const play = (game: PlayedGame, config: PlayConfig | PlayName, count = 1, optimizer?: Optimizer): number[] => {
    const rule = resolvePlay(config);
    const carry = carryOfNumbers();
    let states = playersAt(optimizer);
    for (let i = 0; i < count; i++) states = rule.step(game, states, carry).players;
    return asFunction(pointOf(states))(start);
  };
  /** All players' gradients as a function of the point. */
  const fieldOf = (game: PlayedGame) => asFunction(gradientsAt(game, here));
  return { here, start, asFunction, playersAt, play, fieldOf };
}

/** What is kept in one step is read in the same graph by the next. */
export function carryOfNumbers(kept = new Map<string, Tensor>(), scope = ""): Carry {
  return {
    read: (name, shape = [], first = 0) => kept.get(scope + name) ?? Tensor.full(shape, first),
    keep: (name, next) => {
      kept.set(scope + name, next.detach());
    },
    at: (inner) => carryOfNumbers(kept, `${scope}${inner}/`),
  };
}

/** By central differences. Rows are the components of xi, columns what they are differentiated by. */
export function jacobianOf(xi: (point: readonly number[]) => number[], point: readonly number[]): number[][] {
  const h = 1e-5;
  const moved = (k: number, by: number) => xi(point.map((value, i) => (i === k ? value + by : value)));
  const columns = point.map((_, k) => moved(k, h).map((value, i) => (value - moved(k, -h)[i]!) / (2 * h)));
  return point.map((_, i) => columns.map((column) => column[i]!));
}

export const dot = (a: readonly number[], b: readonly number[]) =>
  a.reduce((total, value, i) => total + value * b[i]!, 0);
export const times = (matrix: readonly (readonly number[])[], v: readonly number[]) => matrix.map((row) => dot(row, v));
export const transpose = (matrix: readonly (readonly number[])[]) =>
  (matrix[0] ?? []).map((_, j) => matrix.map((row) => row[j]!));
export const along = (point: readonly number[], direction: readonly number[], by: number) =>
  point.map((value, i) => value + by * direction[i]!);
