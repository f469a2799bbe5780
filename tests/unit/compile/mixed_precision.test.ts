/** Steps of mixed precision keep values as f16, by every rule of play that allows it. */
import { expect, test } from "vitest";
import { type PlayName, plays } from "../../../src/gan/play/registry.ts";
import { kernelsOfSteps, smallNetworks } from "./compile_only.ts";

const game = smallNetworks([4, 32, 8, 32], 64);
const allowed = (Object.keys(plays) as PlayName[]).filter((name) => !plays[name].differentiatesGradients);

test.each(allowed)("%s", async (play) => {
  const [whole, mixed] = [
    await kernelsOfSteps({ ...game, play, penalties: "r1" }),
    await kernelsOfSteps({ ...game, play, penalties: "r1", precision: "mixed" }),
  ];
  const halves = (kernels: typeof whole) => kernels.filter(({ source }) => /\bf16\b/.test(source)).length;
  expect(halves(whole)).toBe(0);
  expect(halves(mixed)).toBeGreaterThan(mixed.length / 4);
});
