/** "Copy as code" of the live pages over setups drawn at random: every choice of the pages, in all mixtures. */
import { afterAll, beforeAll, test, vi } from "vitest";
import { defaultSetup as usualImages } from "../../../../apps/live/images/setup.ts";
import { defaultSetup as usualRing } from "../../../../apps/live/ring/setup.ts";
import { Engine } from "../../../../src/engine/engine.ts";
import { expectSameImages, expectSameRing, randomImages, randomRing } from "../../../gpu/apps/live_programs.ts";

let engine: Engine;
const warnings = vi.spyOn(console, "warn");
beforeAll(async () => {
  warnings.mockImplementation(() => undefined);
  engine = await Engine.create({ onWarning: () => undefined });
});
afterAll(() => {
  warnings.mockRestore();
  engine.destroy();
});

const seeds = (count: number) => Array.from({ length: count }, (_, i) => i + 1);

test("the programs of the usual setups", async () => {
  await expectSameRing(engine, usualRing, 4);
  await expectSameImages(engine, usualImages, 2);
});

test.each(seeds(16))("the program of the page of points, setup %i", (seed) =>
  expectSameRing(engine, randomRing(seed), 3),
);

test.each(seeds(5))("the program of the page of images, setup %i", (seed) =>
  expectSameImages(engine, randomImages(seed), 2),
);
