/** A game of three players and five networks agrees with itself in float64, step by step: by every rule, in every turn. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Engine } from "../../src/engine.ts";
import type { GameTrainer } from "../../src/gan/game_trainer.ts";
import type { RunOptions } from "../../src/gan/run_options.ts";
import { Trainer } from "../../src/gan/trainer.ts";
import { type PlayedTurn, replayedGame, type Values, valuesOf } from "../reference/replayed_game.ts";
import {
  type NetworkName,
  type PlayerName,
  type ThreePlayers,
  threePlayers,
  withPlayers,
} from "../reference/three_players.ts";
import { createEngine } from "./fixtures.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await createEngine();
});
afterAll(() => engine.destroy());

const settings = { seed: 3, batchSize: 4 } as const;
type Three = GameTrainer<PlayerName, NetworkName>;

async function play<Result>(
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
async function expectTurns(
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
      if (!isProbed(turn) && column.startsWith("term/")) continue;
      expect(row.get(column), `${column} in turn ${turn}`).toBeCloseTo(value, 4);
    }
  }
}

/** As often as this, and never where it is 0. */
const isMultiple = (turn: number, every: number) => every > 0 && turn % every === 0;

/** The same with fewer kinds of step: each is compiled for itself. */
const brief = withPlayers((player, name) => ({
  ...player,
  stepsPerTurn: 1,
  ...(name === "translator" && { intervals: { near: 2 } }),
}));

describe("in turns, with terms in every second and third", () => {
  test.each([true, false])("fused: %s", async (fuse) => {
    const { turnInOrder } = replayedGame(threePlayers, settings);
    // In turn 0 all terms count.
    const replay = (turn: number, from: Values) => turnInOrder(turn, from, turn === 0 ? "differences" : "derivatives");
    await play(threePlayers, { fuse, probes: { every: 0 } }, (trainer) => expectTurns(trainer, 7, replay, () => false));
  });

  test.each([1, 3])("probed in every turn of %d", async (every) => {
    const { turnInOrder } = replayedGame(brief, settings);
    await play(brief, { probes: { every } }, (trainer) =>
      expectTurns(trainer, 4, turnInOrder, (turn) => isMultiple(turn, every)),
    );
  });
});

test("all at once", async () => {
  const game: ThreePlayers = { ...brief, play: "simultaneous" };
  const { turnByRule } = replayedGame(game, settings);
  await play(game, { probes: { every: 0 } }, async (trainer) => {
    const rule = trainer.game.play;
    await expectTurns(
      trainer,
      4,
      (turn, from) => turnByRule(rule, turn, from),
      () => false,
    );
  });
});
