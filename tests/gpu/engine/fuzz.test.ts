/** A little of `npm run fuzz`: random programs and games of fixed seeds, and the programs that were wrong once. */
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { checkProgram, createHarness, type Harness } from "../../fuzz/execute.ts";
import { toCode } from "../../fuzz/program.ts";
import { regressions } from "../../fuzz/regressions.ts";
import { games, graphs, sources, validate } from "../../fuzz/worker.ts";

const isThorough = inject("isThorough");
const seedsFrom = (first: number, count: number) => Array.from({ length: count }, (_, i) => first + i);

test("random programs compute what the reference does", { timeout: 120_000 }, async () => {
  const { findings, ...counts } = await graphs(
    {},
    { seeds: seedsFrom(0, isThorough ? 100 : 50), derivatives: true, reduce: false },
  );
  console.log(JSON.stringify(counts));
  expect(findings).toEqual([]);
});

test("kernels of random programs compile", { timeout: 120_000 }, async () => {
  const made = sources({}, { seeds: seedsFrom(0, 300) });
  expect(made.findings).toEqual([]);
  const { compiled, rejected } = await validate({}, { sources: made.sources });
  expect(compiled).toBeGreaterThan(1000);
  expect(rejected).toEqual([]);
});

test("random games are played or refused", { timeout: 120_000 }, async () => {
  const { findings, ...counts } = await games({}, { seeds: seedsFrom(0, isThorough ? 4 : 2), reduce: false });
  console.log(JSON.stringify(counts));
  expect(findings).toEqual([]);
});

describe("what was wrong once:", () => {
  let harness: Harness;
  beforeAll(async () => {
    harness = await createHarness();
  });
  afterAll(() => harness.destroy());

  test.each(Object.entries(regressions))("%s", async (_, program) => {
    const { failures } = await checkProgram(harness, program, { ways: ["fused", "unfused"], derivatives: true });
    expect(failures, toCode(program)).toEqual([]);
  });
});
