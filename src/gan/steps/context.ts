import type { State } from "../../compile/state.ts";
import type { PreparedData, SampleScale, TensorSource, Tensors } from "../../data/source.ts";
import type { CarryStore } from "../../engine/carry.ts";
import type { Controls } from "../../engine/controls.ts";
import type { Engine } from "../../engine/engine.ts";
import { named } from "../../errors/at.ts";
import type { HeldNetwork } from "../../nn/network/held_network.ts";
import type { Learner } from "../../optim/learner.ts";
import { Random } from "../../tensor/random.ts";
import { Tensor } from "../../tensor/tensor.ts";
import type { ParameterAverage } from "../game/parameter_average.ts";
import type { PerPlayer } from "../play/game.ts";
import { scheduled } from "./control_schedule.ts";
import type { ResolvedGame } from "./resolve.ts";
import type { ResolvedRun } from "./run_options.ts";

/** What the plans of a game's steps are built from. */
export interface GameContext {
  readonly engine: Engine;
  readonly game: ResolvedGame;
  readonly run: ResolvedRun;
  /** All that lasts from step to step. */
  readonly carry: CarryStore;
  readonly networks: Readonly<Record<string, HeldNetwork>>;
  /** By player. */
  readonly learners: Readonly<Record<string, Learner>>;
  /** Of the players that have one. */
  readonly averages: Readonly<Record<string, ParameterAverage>>;
  /** Counts of the players' steps, u32 scalars, where they are not the learners' own. */
  readonly replayed?: PerPlayer<State>;
  /** u32 scalar: turns of the game done. */
  readonly turns: State;
  readonly data: PreparedData<Tensors>;
  /** Of the buffers that the data took on the GPU. */
  readonly dataBytes: number;
  readonly controls: Controls;
}

/** Ranges of random streams, so that no two draws of a trainer are ever the same. */
export const streams = {
  /** First parameters of the network at a place in the game's table. */
  ofNetwork: (place: number) => far(place) + 0x1000 * (1 + (place % 2)),
  /** A step of the player at a place in the order of turns. */
  ofPlayer: (place: number) => far(place) + 0x1000 * (3 + (place % 2)),
  samples: 0x5000,
  grid: 0x6000,
  statistics: 0x7000,
  heldOut: 0x8000,
  fixed: 0x9000,
};

const far = (place: number): number => 0x10_000 * Math.floor(place / 2);

/** What the paths of states begin with that probes alone keep: a run goes on without them. */
export const probeStates = "probes/";

/** f32 scalar: turns done. */
export const turnsDone = ({ engine, turns }: GameContext): Tensor => engine.read(turns).cast("f32");

/** A control as it is in the step: on its schedule, if it has one. */
export function controlOf(context: GameContext, name: string): Tensor {
  return scheduled(context.controls, name, context.run.schedules, turnsDone(context));
}

/** Draws for one count of `steps`: made anew, it draws the same numbers again. */
export function randomOf({ engine, run }: GameContext, steps: State, firstStream: number): Random {
  return new Random(engine.tensor([run.seed], [], "u32"), engine.read(steps), firstStream);
}

/** The same draws in every step. */
export function fixedRandom({ engine, run }: GameContext, firstStream: number): Random {
  return new Random(engine.tensor([run.seed], [], "u32"), Tensor.scalar(0, "u32"), firstStream);
}

/** A minibatch as networks see it. */
export function drawBatch({ engine, game, data }: GameContext, random: Random, size: number): Tensors {
  return seenByNetworks({ engine, game }, data.batch(random, size));
}

/** The same of what the data holds out; undefined where that is nothing. */
export function drawHeldOut({ engine, game, data }: GameContext, random: Random, size: number): Tensors | undefined {
  const batch = data.heldOut?.(random, size);
  return batch && seenByNetworks({ engine, game }, batch);
}

function seenByNetworks({ engine, game }: Pick<GameContext, "engine" | "game">, batch: Tensors): Tensors {
  const { samples } = batch;
  const scale = scaleOf(game.data);
  return scale && samples ? { ...batch, samples: scale.toNetworks(engine, samples) } : batch;
}

/** The same, and where that is more than a finite data set has, samples of it again and again: for what is no training. */
export function drawRepeatedly(context: GameContext, random: Random, size: number): Tensors {
  const most = context.game.data.count ?? size;
  if (size <= most) return drawBatch(context, random, size);
  const parts = Array.from({ length: Math.ceil(size / most) }, () => drawBatch(context, random, most));
  const names = Object.keys(context.game.data.shapes);
  return Object.fromEntries(
    names.map((name) => {
      const all = Tensor.concat(parts.map((part) => named(part, name)));
      return [name, all.slice(new Array<number>(all.shape.length).fill(0), all.shape.with(0, size))];
    }),
  );
}

/** Where networks see samples in other units than the data's own. */
export const scaleOf = (data: TensorSource): SampleScale | undefined =>
  "scale" in data ? (data.scale as SampleScale) : undefined;
