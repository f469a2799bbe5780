/** A run goes back, and copies of it do what it does, bit for bit, whatever its loss, penalty, trick, rule of play and optimiser keep. */
import { afterAll, beforeAll, test } from "vitest";
import "../../../src/public/extras/steward.ts";
import type { Engine } from "../../../src/engine/engine.ts";
import { createEngine } from "../../gpu/fixtures.ts";
import { everyChoice, otherGames } from "../../gpu/gan/resumed_games.ts";
import { expectRewound } from "../../gpu/gan/rewound_run.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await createEngine();
});
afterAll(() => engine.destroy());

test.each(Object.entries({ ...everyChoice, ...otherGames }))("with %s", (_, config) => expectRewound(engine, config));
