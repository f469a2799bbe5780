/** A game of three players on a GPU agrees with itself in float64: probed now and then, and all moving at once. */
import { afterAll, beforeAll, test } from "vitest";
import type { Engine } from "../../../src/engine/engine.ts";
import { createEngine } from "../../gpu/fixtures.ts";
import { expectTurns, play, settings } from "../../gpu/gan/played_three.ts";
import { replayedGame } from "../../reference/replayed_game.ts";
import { type ThreePlayers, withPlayers } from "../../reference/three_players.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await createEngine();
});
afterAll(() => engine.destroy());

/** As often as this, and never where it is 0. */
const isMultiple = (turn: number, every: number) => every > 0 && turn % every === 0;

/** The same with fewer kinds of step: each is compiled for itself. */
const brief = withPlayers((player, name) => ({
  ...player,
  stepsPerTurn: 1,
  ...(name === "translator" && { intervals: { near: 2 } }),
}));

test.each([1, 3])("probed in every turn of %d", async (every) => {
  const { turnInOrder } = replayedGame(brief, settings);
  await play(engine, brief, { probes: { every, fromStart: true } }, (trainer) =>
    expectTurns(trainer, 4, turnInOrder, (turn) => isMultiple(turn, every)),
  );
});

test("all at once", async () => {
  const game: ThreePlayers = { ...brief, play: "simultaneous" };
  const { turnByRule } = replayedGame(game, settings);
  await play(engine, game, { probes: { every: 0 } }, async (trainer) => {
    const rule = trainer.game.play;
    await expectTurns(
      trainer,
      4,
      (turn, from) => turnByRule(rule, turn, from),
      () => false,
    );
  });
});
