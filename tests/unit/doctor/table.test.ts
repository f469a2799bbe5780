import { gan, probes } from "saddlepoint";
import { expect, test } from "vitest";
import { fileOf } from "../../../bench/doctor/record/record_table.ts";
import { table } from "../../../bench/doctor/table/table.ts";
import { truths } from "../../../bench/doctor/truth/verdict.ts";

const healthy = table.filter(({ ailments }) => ailments.length === 0);
const broken = table.filter(({ ailments }) => ailments.length > 0);

test("the table has a hundred rows, forty healthy ones and sixty broken ones, each in a file of its own", () => {
  expect(healthy.length).toBeGreaterThanOrEqual(40);
  expect(broken.length).toBeGreaterThanOrEqual(60);
  expect(new Set(table.map(({ name }) => fileOf(name, 1))).size).toBe(table.length);
});

test("every ailment that a rule finds is made from several causes, mild and severe, and has a truth", () => {
  const found = probes.defaultRules.filter(({ severity }) => severity !== "info").map(({ name }) => name);
  for (const ailment of found) {
    const rows = broken.filter(({ ailments }) => ailments.includes(ailment));
    expect(rows.length, ailment).toBeGreaterThanOrEqual(3);
    expect(new Set(rows.map(({ cause }) => cause)).size, ailment).toBe(rows.length);
    expect(Object.keys(truths)).toContain(ailment);
    // A gradient is lost to f32, or is not.
    if (ailment !== "gradient-underflow") {
      expect(new Set(rows.map(({ severity }) => severity)), ailment).toEqual(new Set(["mild", "severe"]));
    }
  }
});

test.each(table.map((row) => [row.name, row] as const))("%s is a game that fits together", (_, { config }) => {
  const { batchSize, ...game } = config;
  expect(gan.gameOf(game).networks).toHaveProperty("generator");
  expect(batchSize).toBeGreaterThan(0);
});
