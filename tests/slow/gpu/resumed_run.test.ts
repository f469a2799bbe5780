/** A run goes on in a new trainer bit for bit, whatever its loss, penalty, trick, rule of play and optimiser keep. */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Engine } from "../../../src/engine/engine.ts";
import { createEngine } from "../../gpu/fixtures.ts";
import { everyChoice, otherGames } from "../../gpu/gan/resumed_games.ts";
import { expectResumed } from "../../gpu/gan/resumed_run.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await createEngine();
});
afterAll(() => engine.destroy());

const games = { ...everyChoice, ...otherGames };

test("there are games with each of them", () => {
  expect(Object.keys(games).length).toBeGreaterThan(50);
});

test.each(Object.entries(games))("with %s", (_, config) => expectResumed(engine, config));
