/** What plans and trainers take of the GPU's memory, and what they say of it. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Engine } from "../../../src/engine/engine.ts";
import { Trainer } from "../../../src/gan/trainer/trainer.ts";
import { mlp } from "../../../src/nn/network/network.ts";
import type { Tensor } from "../../../src/tensor/tensor.ts";
import { createEngine, reportsOf, smallGame, withTrainer } from "../fixtures.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await createEngine();
});
afterAll(() => engine.destroy());

const wave = (shape: readonly number[], step = 0.37): Tensor => {
  const size = shape.reduce((product, extent) => product * extent, 1);
  return engine.tensor(
    Float32Array.from({ length: size }, (_, i) => Math.sin(step * i)),
    shape,
  );
};

describe("a plan", () => {
  test("says what it works on, by role", async () => {
    const theta = engine.state("theta", [64]);
    const x = wave([64, 64]);
    const y = x.matmul(x).matmul(x).sum(0).add(engine.read(theta));
    const plan = await engine.plan({ outputs: { y }, updates: [[theta, y.mul(2)]] });
    expect(plan.memory()).toMatchObject({
      valuesLowerBound: 2 * 64 * 64 * 4,
      outputs: 64 * 4,
      feeds: 64 * 64 * 4,
      states: { theta: 64 * 4 },
    });
    expect(plan.memory().values).toBeGreaterThanOrEqual(plan.memory().valuesLowerBound);
    plan.dispose();
    theta.destroy();
  });

  test("shares its arena with others, whose outputs it leaves alone", async () => {
    const [x, w] = [wave([96, 96]), wave([96, 96], 0.21)];
    const chain = (scale: number) => x.mul(scale).matmul(w).matmul(w).tanh().matmul(w);
    const alone = await Promise.all([1, 2, 3].map(async (scale) => (await chain(scale).data()) as Float32Array));
    const plans = await Promise.all([1, 2, 3].map((scale) => engine.plan({ outputs: { y: chain(scale) } })));
    expect(new Set(plans.flatMap(({ buffers }) => buffers.arenas)).size).toBe(1);
    await Promise.all(plans.map((plan) => plan.run(3)));
    for (const [i, plan] of plans.entries()) expect((await plan.read())[0]).toEqual(alone[i]);
    for (const plan of plans) plan.dispose();
  });

  test("reads and writes one arena in the same kernel, in fours and one by one, in place and apart", async () => {
    const [x, w] = [wave([40, 40]), wave([40, 40], 0.21)];
    const a = x.matmul(w);
    // b reads a as an operand, its column sums read a element by element, and c takes the place of the sum before it.
    const b = a.matmul(w).add(a.sum(0));
    const c = x.matmul(w.transpose()).add(b).sub(a.transpose());
    const [fused, apart] = await Promise.all(
      [true, false].map(async (fuse) => {
        const plan = await engine.plan({ outputs: { c: c.matmul(w), b: b.sum(1) }, fuse });
        const values = await plan.runAndRead();
        plan.dispose();
        return values as Float32Array[];
      }),
    );
    fused?.forEach((values, k) => {
      values.forEach((value, i) => {
        expect(Math.abs(value - apart![k]![i]!)).toBeLessThan(1e-3);
      });
    });
  });
});

describe("a trainer", () => {
  test("has all of its roles' bytes, and an engine has no others", async () => {
    const fresh = await createEngine();
    const trainer = await Trainer.create(fresh, { ...smallGame, optimizer: { type: "adam", lr: 1e-3 } });
    await reportsOf(trainer, { steps: 3, samples: 4 });
    const { total, ...roles } = trainer.memory();
    expect(Object.values(roles).reduce((sum, bytes) => sum + bytes, 0)).toBe(total);
    const { liveBytes, idleBytes } = fresh.stats();
    expect(total + idleBytes).toBe(liveBytes);
    const parameters = 4 * (2 * 16 + 16 + 16 * 2 + 2 + 2 * 16 + 16 + 16 + 1);
    expect(roles.parameters).toBeGreaterThanOrEqual(parameters);
    expect(roles.parameters).toBeLessThan(parameters + 32);
    expect(roles.moments).toBe(2 * roles.parameters);
    fresh.destroy();
  });

  test("runs all plans of a step, and samples, in one arena", async () => {
    await withTrainer(engine, { probes: { every: 2 } }, async (trainer) => {
      const before = trainer.memory().values;
      await trainer.sample(16);
      expect(trainer.memory().values).toBe(before);
    });
  });

  test("whose creation is aborted makes no further pipelines, and leaves nothing behind", async () => {
    const abort = new AbortController();
    const reason = new Error("enough");
    const fresh = await createEngine();
    const { pipelinesCreated } = fresh.stats();
    const promise = Trainer.create(fresh, {
      ...smallGame,
      generator: mlp([2, 24, 24, 2]),
      signal: abort.signal,
      progress: () => abort.abort(reason),
    });
    await expect(promise).rejects.toBe(reason);
    const after = fresh.stats();
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(fresh.stats().pipelinesCreated).toBe(after.pipelinesCreated);
    expect(after.pipelinesCreated).toBeGreaterThan(pipelinesCreated);
    expect(after.liveBytes - after.idleBytes - after.stagingBytes).toBe(0);
    fresh.destroy();
  });
});
