/** Every workload of the benchmark, made small: it runs, its answer is right, and the report has it. */
import { beforeAll, describe, expect, test } from "vitest";
import type { Peer } from "../../../../bench/comparison/peer.ts";
import { comparisonWorkloads } from "../../../../bench/comparison/registry.ts";
import { runBench } from "../../../../bench/core/bench.ts";
import { chartsOf } from "../../../../bench/core/charts.ts";
import { isMeasured, isSound, type Report } from "../../../../bench/core/report.ts";
import { tablesOf } from "../../../../bench/core/table.ts";
import { ownWorkloads } from "../../../../bench/workloads/registry.ts";
import type { Sizes } from "../../../../bench/workloads/sizes.ts";

const tiny: Sizes = {
  matmul: [16],
  referenceMatmul: 16,
  convolution: [
    { batch: 2, size: 8, channels: 4, filters: 8, kernel: 4, stride: 2 },
    { batch: 2, size: 6, channels: 3, filters: 4, kernel: 3, stride: 1 },
  ],
  elements: 1000,
  softmax: [6, 20],
  batchNorm: [2, 3, 3, 4],
  plane: { width: 8, batch: 8, criticSteps: 2 },
  images: [{ imageSize: 28, width: 4, latent: 8, batch: 4 }],
};
const config = { only: [], rounds: 2, leastMilliseconds: 1 };

/** What stands for an engine that can't do anything: its failures must not touch the others. */
const failing: Peer = { name: "nothing", prepare: () => Promise.reject(new Error("not offered")) };

const workloads = [...ownWorkloads(tiny), ...comparisonWorkloads({ peers: [failing] }, tiny)];
let report: Report;
beforeAll(async () => {
  report = await runBench(workloads, config);
}, 240_000);

describe.each(workloads.map(({ group, name }, i) => [`${group}: ${name}`, i] as const))("%s", (_, i) => {
  test("gives the right answer, without a complaint of WebGPU", () => {
    const result = report.workloads[i]!;
    expect(result.warnings).toEqual([]);
    const own = result.variants.filter(({ name }) => name !== failing.name);
    expect(own.map((variant) => (isMeasured(variant) ? variant.isRight : variant.failure))).toEqual(
      own.map(() => true),
    );
    expect(isSound(result)).toBe(true);
  });

  test("has a time for every round", () => {
    const { group, variants } = report.workloads[i]!;
    for (const variant of variants.filter(isMeasured)) {
      expect(variant.milliseconds).toHaveLength(["matmul", "convolution", "elementwise"].includes(group) ? 6 : 2);
      expect(variant.rate.median).toBeGreaterThan(0);
      expect(variant.rate.low).toBeLessThanOrEqual(variant.rate.median);
      expect(variant.rate.high).toBeGreaterThanOrEqual(variant.rate.median);
    }
  });
});

test("the table has a row for every variant, and the charts a bar for every rate", () => {
  const variants = report.workloads.flatMap((workload) => workload.variants);
  expect(tablesOf(report.workloads).flatMap(({ rows }) => rows)).toHaveLength(variants.length);
  const charts = chartsOf(report.workloads).map(({ svg }) => svg);
  for (const { name, variants: own } of report.workloads) {
    if (own.length > 1) for (const variant of own) expect(charts.join(""), name).toContain(variant.name);
  }
});

test("the report survives JSON", () => {
  expect(JSON.parse(JSON.stringify(report))).toEqual(report);
});

test("another engine's failure is told, with its words", () => {
  const compared = report.workloads.filter(({ group }) => group === "peers");
  expect(compared).toHaveLength(11);
  for (const { variants } of compared) expect(variants[1]).toEqual({ name: "nothing", failure: "Error: not offered" });
});

test("the ring at larger batches is told by how many times the time", () => {
  const [result] = report.workloads.filter(({ group }) => group === "batches");
  expect(result?.variants.map(({ name }) => name)).toEqual(["batch 8", "batch 32", "batch 128"]);
  expect(tablesOf([result!])[0]?.header).toContain("time of batch 8");
});

test("a plan's bytes stand beside the least that it would need", () => {
  const [games] = report.workloads.filter(({ name }) => name === "ring GAN");
  const [own] = games!.variants.filter(isMeasured);
  const { "MB moved": moved, "MB between kernels": held, "least possible MB": least } = own!.facts;
  expect(least).toBeGreaterThan(0);
  expect(held).toBeGreaterThanOrEqual(least!);
  expect(moved).toBeGreaterThan(held!);
});

test("steady training makes nothing and reads once a report", () => {
  for (const { variants } of report.workloads.filter(({ group }) => group === "training")) {
    const [variant] = variants.filter(isMeasured);
    expect(variant?.facts).toMatchObject({ dispatches: expect.any(Number), "buffers created": 0 });
    expect(variant?.facts["dispatches"]).toBeGreaterThan(10);
    expect(variant?.facts["pipelines"]).toBeGreaterThan(0);
  }
});
