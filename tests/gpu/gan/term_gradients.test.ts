/** `probes.terms`: how hard each term of a player pulls by itself. */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Engine } from "../../../src/engine/engine.ts";
import type { TrainerConfig } from "../../../src/gan/trainer/trainer_config.ts";
import { series } from "../../../src/probes/telemetry.ts";
import { createEngine, reportsOf, withTrainer } from "../fixtures.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await createEngine();
});
afterAll(() => engine.destroy());

/** Of the first step. */
async function pulls(penalties: TrainerConfig["penalties"], play: NonNullable<TrainerConfig["play"]> = "alternating") {
  const config: Partial<TrainerConfig> = { play, probes: { terms: true }, ...(penalties && { penalties }) };
  return withTrainer(engine, config, async (trainer) => {
    const [report] = await reportsOf(trainer, { steps: 2, reportEvery: 2 });
    const { telemetry } = report as NonNullable<typeof report>;
    const names = telemetry.columns.map(({ name }) => name).filter((name) => name.startsWith("termGradient/"));
    return Object.fromEntries(names.map((name) => [name.slice("termGradient/".length), series(telemetry, name)]));
  });
}

test("a term's gradient grows with its weight, and the others stay as they are", async () => {
  const [light, heavy] = [await pulls([{ type: "wganGp", weight: 1 }]), await pulls([{ type: "wganGp", weight: 4 }])];
  expect(Object.keys(light).sort()).toEqual([
    "discriminator/adversarial",
    "discriminator/wganGp",
    "generator/adversarial",
  ]);
  expect(heavy["discriminator/wganGp"]?.[0]).toBeCloseTo(4 * (light["discriminator/wganGp"]?.[0] as number), 5);
  expect(heavy["discriminator/adversarial"]?.[0]).toBe(light["discriminator/adversarial"]?.[0]);
  expect(light["generator/adversarial"]?.[0]).toBeGreaterThan(0);
});

test("a term that is not due pulls with nothing, and a joint play is measured as well", async () => {
  const found = await pulls([{ type: "r1", weight: 1, interval: 2 }], "simultaneous");
  expect(found["discriminator/r1"]?.[0]).toBeGreaterThan(0);
  expect(found["discriminator/r1"]?.[1]).toBe(0);
});
