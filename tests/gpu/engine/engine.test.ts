import { afterAll, beforeAll, expect, test } from "vitest";
import { Engine } from "../../../src/engine/engine.ts";
import type { Tensor } from "../../../src/tensor/tensor.ts";
import { grad, valueAndGrad } from "../../../src/tensor/transforms.ts";

let engine: Engine;

beforeAll(async () => {
  engine = await Engine.create({ debug: true, onWarning: () => undefined });
});
afterAll(() => engine.destroy());

test("eager evaluation gives numbers, in one submit", async () => {
  const x = engine.tensor([
    [1, 2, 3],
    [4, 5, 6],
  ]);
  const before = engine.stats();
  expect(await x.mul(2).add(1).sum(0).data()).toEqual(Float32Array.of(12, 16, 20));
  const after = engine.stats();
  expect(after.submits - before.submits).toBe(1);
  expect(after.dispatches).toBeGreaterThan(before.dispatches);
});

test("gradients of gradients", async () => {
  const x = engine.tensor([0.5, -1, 2]);
  const cubes = (t: Tensor) => t.mul(t).mul(t).sum();
  expect(Array.from(await grad(cubes)(x).data())).toEqual([0.75, 3, 12]);
  const second = grad((t: Tensor) => grad(cubes)(t).sum())(x);
  expect(Array.from(await second.data())).toEqual([3, -6, 12]);
});

test("a plan trains: states are updated in place, and the steady state creates nothing", async () => {
  const weight = engine.state("weight", [64, 64]);
  const bias = engine.state("bias", [64]);
  weight.write(Float32Array.from({ length: 4096 }, (_, i) => Math.sin(i) * 0.1));
  const x = engine.tensor(
    Float32Array.from({ length: 128 * 64 }, (_, i) => Math.cos(i * 0.7)),
    [128, 64],
  );
  const truth = engine.tensor(
    Float32Array.from({ length: 4096 }, (_, i) => Math.sin(i * 1.3) * 0.1),
    [64, 64],
  );
  const target = x.matmul(truth).tanh();
  const [loss, [dw, db]] = valueAndGrad(([w, b]: [Tensor, Tensor]) =>
    x.matmul(w).add(b).tanh().sub(target).square().mean(),
  )([engine.read(weight), engine.read(bias)]);
  const plan = await engine.plan({
    label: "regression",
    outputs: { loss },
    updates: [
      [weight, engine.read(weight).sub(dw.mul(2))],
      [bias, engine.read(bias).sub(db.mul(2))],
    ],
  });
  await plan.run(1);
  const [first] = await plan.read();
  const before = engine.stats();
  await plan.run(50);
  const after = engine.stats();
  const [last] = await plan.read();
  expect((last as Float32Array)[0]).toBeLessThan(((first as Float32Array)[0] as number) * 0.9);
  for (const name of ["buffersCreated", "pipelinesCreated", "bindGroupsCreated", "liveBytes"] as const) {
    expect(after[name]).toBe(before[name]);
  }
});
