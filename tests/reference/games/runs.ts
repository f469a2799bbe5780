/** Games of two numbers, played on the GPU by the library's own rules: all runs in one plan. */

import { type Carry, CarryStore } from "../../../src/engine/carry.ts";
import type { Engine } from "../../../src/engine/engine.ts";
import { type Move, ofPlayer, type PerPlayer, type PlayedGame, type PlayerState } from "../../../src/gan/play/game.ts";
import type { Optimizer } from "../../../src/optim/optimizer.ts";
import { Tensor } from "../../../src/tensor/tensor.ts";

/** One thing for either player. */
export type Pair<Value = Tensor> = Readonly<Record<"generator" | "discriminator", Value>>;

/** The game of two losses, in which the generator moves first. */
export const gameOfTwo = (losses: Pair<(at: Pair) => Tensor>): PlayedGame => ({
  players: ["generator", "discriminator"],
  loss: (player, at) => {
    const loss = player === "generator" ? losses.generator : losses.discriminator;
    return loss({ generator: ofPlayer(at, "generator"), discriminator: ofPlayer(at, "discriminator") });
  },
});

export interface Run {
  readonly name: string;
  /** The game of step number `step`, a u32 scalar from 0; both players' parameters are vectors [1]. */
  game(step: Tensor): PlayedGame;
  /** The rule of play. */
  play(game: PlayedGame, players: PerPlayer<PlayerState>, carry: Carry): Move;
  readonly start: Pair<number>;
  readonly optimizers: Pair<Optimizer>;
  readonly learningRate: number;
}

/** Where a run ended on the GPU, and where it ends by hand or in float64: the distance from the equilibrium. */
export interface KnownEnd {
  readonly name: string;
  /** What is expected by. */
  readonly against: string;
  readonly expected: number;
  readonly found: number;
}

/** Where both players of each run stand after so many steps, in the order of the runs. */
export async function playRuns(engine: Engine, runs: readonly Run[], steps: number): Promise<readonly Pair<number>[]> {
  const sizes = runs.map(sizeOf);
  const offsets = sizes.map((_, i) => sum(sizes.slice(0, i)));
  const state = engine.state("games", [sum(sizes)]);
  const count = engine.state("steps", [], "u32");
  state.write(Float32Array.from(runs.flatMap((run, i) => firstNumbers(run, sizes[i] as number))));
  const store = new CarryStore(engine);
  const carry = store.step();
  const numbers = engine.read(state);
  const step = engine.read(count);
  const after = runs.flatMap((run, i) =>
    oneStep(run, step, numbers.slice([offsets[i] as number], [sizes[i] as number]), carry.at(run.name)),
  );
  const plan = await engine.plan({
    label: "games",
    updates: [[state, Tensor.concat(after)], [count, step.add(Tensor.scalar(1, "u32"))], ...carry.updates],
  });
  try {
    await plan.run(steps);
    const [bytes] = await engine.download([state]);
    const values = new Float32Array(bytes as ArrayBuffer);
    return offsets.map((offset) => ({
      generator: values[offset] as number,
      discriminator: values[offset + 1] as number,
    }));
  } finally {
    plan.dispose();
    state.destroy();
    count.destroy();
    store.dispose();
  }
}

/** The distance from the equilibrium at the origin; infinity where a number has left f32. */
export function radiusOf({ generator, discriminator }: Pair<number>): number {
  const radius = Math.hypot(generator, discriminator);
  return Number.isFinite(radius) ? radius : Number.POSITIVE_INFINITY;
}

/** A run's numbers: both parameters, then what the generator's and the discriminator's optimiser keep. */
function oneStep(
  { game, play, optimizers, learningRate }: Run,
  count: Tensor,
  numbers: Tensor,
  carry: Carry,
): readonly Tensor[] {
  const one = (i: number) => numbers.slice([i], [1]);
  const slotsOf = (first: number, { slots }: Optimizer) => slots.map((_, i) => one(first + i));
  const player = (optimizer: Optimizer, parameter: number, firstSlot: number): PlayerState => ({
    optimizer,
    parameters: one(parameter),
    slots: slotsOf(firstSlot, optimizer),
    step: count.cast("f32").add(1),
    learningRate: Tensor.scalar(learningRate),
  });
  const start = {
    generator: player(optimizers.generator, 0, 2),
    discriminator: player(optimizers.discriminator, 1, 2 + optimizers.generator.slots.length),
  };
  const { players } = play(game(count), start, carry);
  const [generator, discriminator] = [ofPlayer(players, "generator"), ofPlayer(players, "discriminator")];
  return [generator.parameters, discriminator.parameters, ...generator.slots, ...discriminator.slots];
}

const sizeOf = ({ optimizers }: Run): number =>
  2 + optimizers.generator.slots.length + optimizers.discriminator.slots.length;

const firstNumbers = ({ start }: Run, size: number): number[] => [
  start.generator,
  start.discriminator,
  ...new Array<number>(size - 2).fill(0),
];

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
