/** A run goes on in a new trainer bit for bit, whatever its loss, penalty, trick, rule of play and optimiser keep. */
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import type { Engine } from "../../../src/engine/engine.ts";
import { createEngine } from "../fixtures.ts";
import { everyChoice, otherGames } from "./resumed_games.ts";
import { expectResumed } from "./resumed_run.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await createEngine();
});
afterAll(() => engine.destroy());

const all = Object.entries({ ...everyChoice, ...otherGames });
/** What keeps the most. */
const most = ["the penalty historicalAveraging", "the trick replay", "images in a window that moves on"];
const few = all.filter(([name]) => most.includes(name));

test("there are games with each of them", () => {
  expect(all.length).toBeGreaterThan(50);
  expect(few).toHaveLength(most.length);
});

test.each(inject("isThorough") ? all : few)("with %s", (_, config) => expectResumed(engine, config));
