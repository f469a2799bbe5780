/** The hand-wired lists, made small: each computes what float64 or this engine says, and is told as the limit. */
import { beforeAll, describe, expect, test } from "vitest";
import { createCeiling } from "../../../../bench/ceiling/ceiling.ts";
import { plainProduct } from "../../../../bench/ceiling/matmul.ts";
import type { Form } from "../../../../bench/ceiling/matrices.ts";
import type { Tile } from "../../../../bench/ceiling/product.ts";
import { openWires, type Wires } from "../../../../bench/ceiling/wires.ts";
import { comparisonWorkloads } from "../../../../bench/comparison/registry.ts";
import { runBench } from "../../../../bench/core/bench.ts";
import { isMeasured, type Report } from "../../../../bench/core/report.ts";
import { normals } from "../../../../bench/core/seeded.ts";
import { tablesOf } from "../../../../bench/core/table.ts";
import type { Sizes } from "../../../../bench/workloads/sizes.ts";

const small: Sizes = {
  matmul: [],
  referenceMatmul: 32,
  convolution: [{ batch: 2, size: 16, channels: 16, filters: 32, kernel: 4, stride: 2 }],
  elements: 2 ** 15,
  softmax: [64, 24],
  batchNorm: [4, 4, 6, 16],
  plane: { width: 32, batch: 32, criticSteps: 2 },
  images: [{ imageSize: 28, width: 4, latent: 8, batch: 4 }],
};

const workloads = comparisonWorkloads({ peers: [], ceiling: createCeiling(navigator.gpu) }, small);
let report: Report;
beforeAll(async () => {
  report = await runBench(workloads, { only: [], rounds: 2, leastMilliseconds: 1 });
}, 240_000);

test("there is one for all problems but those of images", () => {
  expect(workloads.map(({ name }) => name.split(",")[0])).toEqual([
    "matmul 32",
    "convolution",
    "its two gradients",
    "chain of 10",
    "sum",
    "softmax",
    "batch norm and its gradients",
    "ring GAN",
    "WGAN-GP ring",
  ]);
});

describe.each(workloads.map(({ name }, i) => [name, i] as const))("%s", (_, i) => {
  test("is right, and the limit", () => {
    const [own, list] = report.workloads[i]!.variants.map((variant) => {
      if (!isMeasured(variant)) throw new Error(`${variant.name}: ${variant.failure}`);
      return variant;
    });
    expect(list).toMatchObject({ name: "hand-wired", isRight: true, note: expect.any(String) });
    expect(list?.facts["MB moved"]).toBeGreaterThan(0);
    expect(own).toMatchObject({ isRight: true, shareOfLimit: { median: expect.any(Number) } });
  });
});

test("the games take the dispatches that their order says", () => {
  const dispatches = (name: string) => {
    const variants = report.workloads.find((one) => one.name === name)?.variants ?? [];
    return variants.filter(isMeasured).find((variant) => variant.name === "hand-wired")?.facts["dispatches"];
  };
  expect(dispatches("ring GAN")).toBe(17);
  // Eleven, and nine for each step of the critic.
  expect(dispatches("WGAN-GP ring")).toBe(11 + 9 * small.plane.criticSteps);
});

test("the table has the share beside dispatches and bytes", () => {
  const [table] = tablesOf(report.workloads);
  expect(table?.header).toEqual(expect.arrayContaining(["share of the limit", "dispatches", "MB moved"]));
});

test("a size that no kernel splits is told as a failure", async () => {
  const odd = comparisonWorkloads({ peers: [], ceiling: createCeiling(navigator.gpu) }, { ...small, elements: 1004 });
  const { workloads } = await runBench(odd, { only: ["chain"], rounds: 1, leastMilliseconds: 0 });
  expect(workloads[0]?.variants[1]).toMatchObject({ failure: expect.stringContaining("no kernel for this size") });
  expect(workloads[0]?.variants[0]).not.toHaveProperty("shareOfLimit");
});

/** Whatever the tuner takes, the others must be right as well. */
describe("a product by single invocations", () => {
  const size = { m: 32, k: 12, n: 32 };
  const tiles: readonly Tile[] = [
    { rows: 8, columns: 8, lanes: 1 },
    { rows: 16, columns: 4, lanes: 1 },
  ];
  let wires: Wires;
  beforeAll(async () => {
    wires = await openWires(navigator.gpu);
    return () => wires.dispose();
  });

  test.each(["NN", "NT", "TN"] satisfies Form[])("%s is right with every tile", async (form) => {
    const { m, k, n } = size;
    const [a, b] = [normals(m * k, 1), normals(k * n, 2)];
    const left = (row: number, i: number) => a[form === "TN" ? i * m + row : row * k + i] as number;
    const right = (i: number, column: number) => b[form === "NT" ? column * k + i : i * n + column] as number;
    const expected = Array.from({ length: m * n }, (_, place) => {
      const [row, column] = [Math.floor(place / n), place % n];
      return Array.from({ length: k }, (_, i) => left(row, i) * right(i, column)).reduce((sum, x) => sum + x, 0);
    });
    for (const tile of tiles) {
      const buffers = [wires.buffer(a), wires.buffer(b), wires.buffer(m * n)];
      wires.run([await wires.wire(plainProduct(form, size, tile), buffers)], 1);
      const product = await wires.read(buffers[2]!, m * n);
      const error = Math.max(...expected.map((value, place) => Math.abs(value - product[place]!)));
      expect(error, `${tile.rows}x${tile.columns}`).toBeLessThan(1e-4);
    }
  });
});
