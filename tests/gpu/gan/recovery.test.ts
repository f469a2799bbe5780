/** A run whose device is taken away goes on as if nothing had happened: the same bits, every report once. */
import { describe, expect, inject, test } from "vitest";
import { Trainer } from "../../../src/gan/trainer/trainer.ts";
import type { TrainerConfig } from "../../../src/gan/trainer/trainer_config.ts";
import { smallGame } from "../fixtures.ts";
import { engineOn, expectSame, hurryTime, losable, ranThrough, sleep } from "./losable.ts";
import { everyChoice, otherGames } from "./resumed_games.ts";

/** With what keeps the most. */
const few: Readonly<Record<string, TrainerConfig | undefined>> = {
  "a small game": smallGame,
  "the trick replay": everyChoice["the trick replay"],
};
const all: typeof few = {
  ...few,
  "the trick adaptiveAugment": everyChoice["the trick adaptiveAugment"],
  "the rule of play lookahead": everyChoice["the rule of play lookahead"],
  ...otherGames,
};

const options = { steps: 240, reportEvery: 50, samples: 8, grid: 2 };

describe.each(Object.entries(inject("isThorough") ? all : few))("%s", (name, config) => {
  test("three times in a run, at any moment", async () => {
    if (!config) throw new Error(`There is no game with ${name}.`);
    const gpu = losable();
    const engine = await engineOn(gpu);
    const first = await Trainer.create(engine, config);
    const began = performance.now();
    const expected = await ranThrough(first, options);
    const lasts = performance.now() - began;
    first.dispose();
    // So that there are snapshots to go back to.
    const normalTime = hurryTime(10);
    const trainer = await Trainer.create(engine, config);
    let isOver = false;
    const running = ranThrough(trainer, options).finally(() => {
      isOver = true;
      normalTime();
    });
    for (let i = 0; i < 3 && !isOver; i++) {
      await sleep(Math.random() * lasts);
      gpu.lose();
    }
    const actual = await running;
    expectSame(actual, expected);
    expect(actual.losses + (isOver ? 1 : 0)).toBeGreaterThan(0);
    trainer.dispose();
    engine.destroy();
  });
});

test("beyond the ring of telemetry, with probes in some steps", async () => {
  const gpu = losable();
  const engine = await engineOn(gpu, { debug: false });
  const config: TrainerConfig = { ...smallGame, batchSize: 8, probes: { every: 4, fromStart: true } };
  const long = { steps: 1300, reportEvery: 650 };
  const first = await Trainer.create(engine, config);
  const expected = await ranThrough(first, long);
  first.dispose();
  const trainer = await Trainer.create(engine, config);
  const watching = setInterval(() => {
    if (trainer.step > 1100) {
      gpu.lose();
      clearInterval(watching);
    }
  }, 5);
  const actual = await ranThrough(trainer, long);
  clearInterval(watching);
  expectSame(actual, expected);
  expect(gpu.given).toBe(2);
  engine.destroy();
});
