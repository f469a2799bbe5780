/** A game of three players and five networks on a GPU agrees with itself in float64, fused or not. */
import { afterAll, beforeAll, describe, inject, test } from "vitest";
import type { Engine } from "../../../src/engine/engine.ts";
import { replayedGame, type Values } from "../../reference/replayed_game.ts";
import { threePlayers } from "../../reference/three_players.ts";
import { createEngine } from "../fixtures.ts";
import { expectTurns, play, settings } from "./played_three.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await createEngine();
});
afterAll(() => engine.destroy());

describe("in turns, with terms in every second and third", () => {
  test.each(inject("isThorough") ? [true, false] : [true])("fused: %s", async (fuse) => {
    const { turnInOrder } = replayedGame(threePlayers, settings);
    // In turn 0 all terms count.
    const replay = (turn: number, from: Values) => turnInOrder(turn, from, turn === 0 ? "differences" : "derivatives");
    await play(engine, threePlayers, { fuse, probes: { every: 0 } }, (trainer) =>
      expectTurns(trainer, 7, replay, () => false),
    );
  });
});
