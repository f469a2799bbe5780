/** `npm run example` as a process. */
import { expect, test } from "vitest";
import { start } from "./started.ts";

async function run(...words: string[]): Promise<{ readonly code: number | string; readonly said: string }> {
  const { ended, said } = start(["tools/example.mjs", ...words]);
  return { code: await ended, said: said() };
}

test("prints what an example prints, typed arrays as numbers", { timeout: 120_000 }, async () => {
  const { code, said } = await run("gradients");
  expect(said).toContain("gradient in the middle: [ 0, 0 ]");
  expect(said).toMatch(/curvature along \[ 0, 1 \] is -2\nafter 40 steps of descent: \[ 0\.00013\d+, 1\.4\d+ \]\n$/);
  expect(code).toBe(0);
});

test("names the examples for whoever asks, and for a name that there is not", async () => {
  const asked = await run();
  expect(asked).toMatchObject({ code: 0, said: expect.stringContaining("NAME is one of classes, cure,") });
  const wrong = await run("rings");
  expect(wrong).toMatchObject({ code: 2, said: expect.stringMatching(/^There is no example "rings"; these exist: /) });
});
