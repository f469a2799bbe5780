/** A run goes on in a new trainer bit for bit: with what keeps the most. `npm run test:slow` has every choice. */
import { afterAll, beforeAll, test } from "vitest";
import type { Engine } from "../../../src/engine/engine.ts";
import { createEngine } from "../fixtures.ts";
import { everyChoice, otherGames } from "./resumed_games.ts";
import { expectResumed } from "./resumed_run.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await createEngine();
});
afterAll(() => engine.destroy());

const chosen = ["the loss began", "the penalty historicalAveraging", "the trick replay", "the rule of play lookahead"];
const few = Object.fromEntries(chosen.map((name) => [name, everyChoice[name]]));

test.each(Object.entries({ ...few, ...otherGames }))("with %s", async (name, config) => {
  if (!config) throw new Error(`There is no game with ${name}.`);
  await expectResumed(engine, config);
});
