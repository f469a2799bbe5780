/** What tests of the game of three players on a GPU share: turns against the replay in float64. */
import { expect } from "vitest";
import type { Engine } from "../../../src/engine/engine.ts";
import type { RunOptions } from "../../../src/gan/steps/run_options.ts";
import type { GameTrainer } from "../../../src/gan/trainer/game_trainer.ts";
import { Trainer } from "../../../src/gan/trainer/trainer.ts";
import { type PlayedTurn, type Values, valuesOf } from "../../reference/replayed_game.ts";
import type { NetworkName, PlayerName, ThreePlayers } from "../../reference/three_players.ts";

export const settings = { seed: 3, batchSize: 4 } as const;
type Three = GameTrainer<PlayerName, NetworkName>;

export async function play<Result>(
  engine: Engine,
  game: ThreePlayers,
  options: RunOptions,
  use: (trainer: Three) => Promise<Result>,
): Promise<Result> {
  const trainer = await Trainer.create(engine, { ...game, ...settings, ...options });
  try {
    return await use(trainer);
  } finally {
    trainer.dispose();
  }
}

/** Trains one turn. What the row of the turn holds, by column. */
async function turnOf(trainer: Three): Promise<ReadonlyMap<string, number>> {
  const row = new Map<string, number>();
  for await (const { telemetry } of trainer.train({ steps: 1, reportEvery: 1 })) {
    for (const { name, offset } of telemetry.columns) row.set(name, telemetry.rows.at(-1)?.values[offset] as number);
  }
  return row;
}

/** Expects all that lasts to be what the reference has, to the rounding of a few steps in f32. */
function expectAgreement(actual: Values, expected: Values, before: Values): void {
  expect(new Set(actual.keys())).toEqual(new Set(expected.keys()));
  for (const [path, values] of expected) {
    const found = actual.get(path) as Float64Array;
    const [error, moved] = [distance(found, values), distance(before.get(path) as Float64Array, values)];
    expect(error, path).toBeLessThan(3e-6 * (1 + norm(values)));
    // The step is what is compared: it is no rounding of the parameters.
    if (path.endsWith("/parameters")) expect(error, path).toBeLessThan(1e-3 * moved);
  }
}

const norm = (values: Float64Array) => Math.hypot(...values);
const distance = (a: Float64Array, b: Float64Array) => norm(a.map((value, i) => value - (b[i] as number)));

/** Compares so many turns, each from where the GPU stands. */
export async function expectTurns(
  trainer: Three,
  turns: number,
  replay: (turn: number, from: Values) => PlayedTurn,
  isProbed: (turn: number) => boolean,
): Promise<void> {
  for (let turn = 0; turn < turns; turn++) {
    const before = valuesOf(await trainer.snapshot());
    const row = await turnOf(trainer);
    const { values, measured } = replay(turn, before);
    expectAgreement(valuesOf(await trainer.snapshot()), values, before);
    for (const [column, value] of measured) {
      const isThere = isProbed(turn) || !column.startsWith("term/");
      if (isThere) expect(row.get(column), `${column} in turn ${turn}`).toBeCloseTo(value, 4);
      else expect(row.get(column) ?? Number.NaN, `${column} in turn ${turn}`).toBeNaN();
    }
  }
}
