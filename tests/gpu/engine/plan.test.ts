/** Plans on the GPU: fusion, updates, records, controls, places, limits, and what is made again or not. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Controls } from "../../../src/engine/controls.ts";
import type { Engine } from "../../../src/engine/engine.ts";
import { OptionError } from "../../../src/errors/errors.ts";
import { r1, wganGp } from "../../../src/gan/penalties/shorthands.ts";
import { buildStep } from "../../../src/gan/steps/build_step.ts";
import { createContext } from "../../../src/gan/steps/compile_steps.ts";
import { stepsOfTurn } from "../../../src/gan/steps/turn.ts";
import { resolveConfig, setUpGan } from "../../../src/gan/trainer/config.ts";
import { byName } from "../../../src/gan/trainer/names.ts";
import { mlp } from "../../../src/nn/network/network.ts";
import { TelemetryLayout } from "../../../src/probes/telemetry.ts";
import { Random } from "../../../src/tensor/random.ts";
import { Tensor } from "../../../src/tensor/tensor.ts";
import { grad } from "../../../src/tensor/transforms.ts";
import { createEngine, smallGame } from "../fixtures.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await createEngine();
});
afterAll(() => engine.destroy());

const wave = (shape: readonly number[], frequency = 1) =>
  engine.tensor(
    Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => Math.sin(frequency * i + 0.3)),
    shape,
  );
const random = () => new Random(engine.tensor([4], [], "u32"), engine.tensor([1], [], "u32"));

function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance = 1e-5) {
  expect(actual.length).toBe(expected.length);
  const scale = Math.max(1e-6, ...Array.from(expected, Math.abs));
  for (let i = 0; i < expected.length; i++) {
    expect(Math.abs(actual[i]! - expected[i]!), `element ${i}`).toBeLessThanOrEqual(tolerance * scale);
  }
}

/** The outputs of a plan for `outputs`, run once. */
async function run(outputs: readonly Tensor[], fuse: boolean) {
  const plan = await engine.plan({ outputs: Object.fromEntries(outputs.entries()), fuse });
  const values = await plan.runAndRead();
  plan.dispose();
  return { values, dispatches: plan.dispatchCount };
}

describe("fused and unfused plans compute the same:", () => {
  const graphs: Readonly<Record<string, () => Tensor[]>> = {
    "a chain of elementwise operations": () => {
      const x = wave([7, 33]);
      return [x.mul(x).add(1).log().tanh().sub(x.exp()).abs()];
    },
    "a network and its gradient": () => {
      const [x, w, v] = [wave([12, 9]), wave([9, 17], 0.7), wave([17, 3], 1.3)];
      const f = (a: Tensor) => x.matmul(a).leakyRelu().matmul(v).softplus().mean();
      return [f(w), grad(f)(w)];
    },
    "reductions beside and after each other": () => {
      const x = wave([13, 11, 5]);
      const centred = x.sub(x.mean([1], { keepDims: true }));
      return [x.sum(), x.max([0, 2]), x.variance([1]), centred.square().sum([2]).sqrt(), x.min()];
    },
    "views, padding and concatenation": () => {
      const x = wave([6, 10]);
      const padded = x.pad([1, 0], [0, 2]).transpose().flip([0]);
      return [
        Tensor.concat([padded, padded.mul(2), x.transpose().slice([0, 0], [4, 6]).pad([0, 1], [0, 0])]),
        padded.sum(0),
      ];
    },
    "random numbers, gathering and scattering": () => {
      const table = wave([40, 3]);
      const at = random().integers([25], 40);
      const rows = table.gather(at).add(random().normal([25, 3]));
      return [rows, rows.scatterAdd(at, 40), at.histogram(40).cast("f32")];
    },
    softmax: () => {
      const x = wave([9, 21]).mul(5);
      const weighted = (y: Tensor) =>
        y
          .softmax()
          .mul(wave([9, 21], 0.2))
          .sum();
      return [x.softmax(), x.logSoftmax(), grad(weighted)(x)];
    },
  };
  test.each(Object.entries(graphs))("%s", async (_, build) => {
    const outputs = build();
    const [fused, unfused] = [await run(outputs, true), await run(outputs, false)];
    expect(fused.dispatches).toBeLessThan(unfused.dispatches);
    for (const [i, values] of fused.values.entries()) expectClose(values, unfused.values[i]!);
  });

  test("a whole step of both players, with penalties and probes", async () => {
    const results: Float32Array[][] = [];
    for (const fuse of [true, false]) {
      const config = resolveConfig(
        engine,
        {
          ...smallGame,
          generator: mlp([2, 8, 2], { activation: "tanh" }),
          discriminator: mlp([2, 8, 1], { activation: "softplus" }),
          penalties: [r1(), wganGp({ weight: 1 })],
        },
        byName,
      );
      const { game, run: options } = setUpGan(engine, config);
      const context = createContext(engine, game, options);
      await context.networks["generator"]!.arena.initialise(3, 0);
      await context.networks["discriminator"]!.arena.initialise(3, 1000);
      const layout = new TelemetryLayout();
      const steps = stepsOfTurn(game, options, 0).map(({ spec }) => buildStep(context, layout, spec));
      const records = layout.take();
      const table = engine.state("telemetry", [4, layout.width]);
      const row = context.turns;
      // Both players from the same state, in one plan.
      const plan = await engine.plan({
        updates: steps.flatMap(({ updates }) => updates),
        records: records.map(({ column, value }) => ({ table, row, column, value })),
        fuse,
      });
      await plan.run();
      const states = [...context.carry.states.values()].filter(({ dtype }) => dtype === "f32");
      const bytes = await engine.download([...states, table]);
      results.push(bytes.map((buffer) => new Float32Array(buffer)));
      plan.dispose();
    }
    const [fused, unfused] = results as [Float32Array[], Float32Array[]];
    expect(fused.length).toBeGreaterThan(6);
    // Adam's first step is lr g / (|g| + 1e-8): rounding of a gradient near zero shows.
    for (const [i, values] of fused.entries()) expectClose(values, unfused[i]!, 1e-3);
    expect(fused.at(-1)!.some((value) => value !== 0)).toBe(true);
  });
});

describe("updates see the old values:", () => {
  const read = async (state: ReturnType<Engine["state"]>) => [
    ...new Float32Array((await engine.download([state]))[0]!),
  ];

  test("two states are exchanged", async () => {
    const [a, b] = [engine.state("a", [3]), engine.state("b", [3])];
    a.write(Float32Array.of(1, 2, 3));
    b.write(Float32Array.of(10, 20, 30));
    const plan = await engine.plan({
      updates: [
        [a, engine.read(b)],
        [b, engine.read(a)],
      ],
    });
    await plan.run();
    expect([await read(a), await read(b)]).toEqual([
      [10, 20, 30],
      [1, 2, 3],
    ]);
    await plan.run(2);
    expect([await read(a), await read(b)]).toEqual([
      [10, 20, 30],
      [1, 2, 3],
    ]);
  });

  test("a state read in another order, by a sum, and by a later kernel keeps its old value until all have read it", async () => {
    const [a, mirrored, total] = [engine.state("a", [70]), engine.state("mirrored", [70]), engine.state("total", [])];
    a.write(Float32Array.from({ length: 70 }, (_, i) => i));
    const old = engine.read(a);
    const next = old.add(1);
    const plan = await engine.plan({
      outputs: { product: next.reshape([7, 10]).matmul(old.reshape([10, 7])), old: old.mul(1) },
      updates: [
        [a, next],
        [mirrored, old.flip(0)],
        [total, old.sum()],
      ],
    });
    const [product, seen] = await plan.runAndRead();
    const before = Array.from({ length: 70 }, (_, i) => i);
    expect([...seen!]).toEqual(before);
    expect(await read(a)).toEqual(before.map((value) => value + 1));
    expect(await read(mirrored)).toEqual([...before].reverse());
    expect(await read(total)).toEqual([2415]);
    let corner = 0;
    for (let k = 0; k < 10; k++) corner += (k + 1) * (7 * k);
    expect(product![0]).toBe(corner);
  });

  test("Fibonacci: each of two states from both", async () => {
    const [a, b] = [engine.state("a", []), engine.state("b", [])];
    b.write(Float32Array.of(1));
    const plan = await engine.plan({
      updates: [
        [a, engine.read(b)],
        [b, engine.read(a).add(engine.read(b))],
      ],
    });
    await plan.run(20);
    expect([...(await read(a)), ...(await read(b))]).toEqual([6765, 10946]);
  });

  test("a vector's new value and its last one, as an optimistic step has them", async () => {
    const [theta, last] = [engine.state("theta", [40]), engine.state("last", [40])];
    last.write(new Float32Array(40).fill(1));
    const gradient = engine.read(theta).mul(0.5).add(3);
    const plan = await engine.plan({
      updates: [
        [last, gradient],
        [theta, engine.read(theta).sub(gradient.mul(2).sub(engine.read(last)))],
      ],
    });
    await plan.run(3);
    let [value, before] = [0, 1];
    for (let step = 0; step < 3; step++) {
      const slope = 0.5 * value + 3;
      [value, before] = [value - (2 * slope - before), slope];
    }
    expect(await read(theta)).toEqual(new Array(40).fill(value));
    expect(await read(last)).toEqual(new Array(40).fill(before));
  });

  test("one value may be the update of two states and an output", async () => {
    const [a, b] = [engine.state("a", [5]), engine.state("b", [5])];
    a.write(Float32Array.of(1, 2, 3, 4, 5));
    const next = engine.read(a).mul(2).add(engine.read(b));
    const plan = await engine.plan({
      outputs: { next },
      updates: [
        [a, next],
        [b, next],
      ],
    });
    await plan.run(2);
    const [out] = await plan.read();
    expect([...out!]).toEqual([6, 12, 18, 24, 30]);
    expect(await read(a)).toEqual([...out!]);
    expect(await read(b)).toEqual([...out!]);
  });
});

describe("records", () => {
  test("write row `counter mod rows`, each value in its columns, from the counter's old value", async () => {
    const table = engine.state("table", [4, 6]);
    const step = engine.state("step", [], "u32");
    const count = engine.read(step).cast("f32");
    const plan = await engine.plan({
      updates: [[step, engine.read(step).add(Tensor.scalar(1, "u32"))]],
      records: [
        { table, row: step, column: 0, value: count },
        { table, row: step, column: 1, value: count.mul(10).add(engine.tensor([0, 1, 2])) },
        { table, row: step, column: 5, value: engine.read(step).add(Tensor.scalar(100, "u32")) },
      ],
    });
    const rows = async () => {
      const values = new Float32Array((await engine.download([table]))[0]!);
      return Array.from({ length: 4 }, (_, row) => [...values.subarray(6 * row, 6 * row + 6)]);
    };
    const row = (at: number) => [at, 10 * at, 10 * at + 1, 10 * at + 2, 0, 100 + at];
    await plan.run(2);
    expect(await rows()).toEqual([row(0), row(1), new Array(6).fill(0), new Array(6).fill(0)]);
    await plan.run(4);
    expect(await rows()).toEqual([row(4), row(5), row(2), row(3)]);
  });
});

describe("controls", () => {
  test("change a plan's numbers without compiling or allocating", async () => {
    const controls = new Controls(engine, "controls", { rate: 0.5, weight: 2 });
    const x = wave([5]);
    const plan = await engine.plan({ outputs: { y: x.mul(controls.tensor("rate")).add(controls.tensor("weight")) } });
    const before = await x.data();
    const expected = (rate: number, weight: number) => Array.from(before, (value) => value * rate + weight);
    expectClose((await plan.runAndRead())[0]!, expected(0.5, 2));
    const stats = engine.stats();
    controls.set("rate", -3);
    expect([controls.get("rate"), controls.get("weight")]).toEqual([-3, 2]);
    expectClose((await plan.runAndRead())[0]!, expected(-3, 2));
    controls.set("weight", 0);
    expectClose((await plan.runAndRead())[0]!, expected(-3, 0));
    const after = engine.stats();
    for (const name of ["pipelinesCreated", "buffersCreated", "bindGroupsCreated"] as const) {
      expect(after[name]).toBe(stats[name]);
    }
  });

  test("refuse unknown names and what is no finite f32", () => {
    const controls = new Controls(engine, "controls", { rate: 0.5 });
    expect(() => controls.set("speed" as "rate", 1)).toThrow(OptionError);
    expect(() => controls.set("speed" as "rate", 1)).toThrow(
      'Controls: there is no control "speed". These exist: rate.',
    );
    expect(() => controls.get("speed" as "rate")).toThrow(OptionError);
    expect(() => controls.tensor("speed" as "rate")).toThrow(OptionError);
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, 1e39]) {
      expect(() => controls.set("rate", value)).toThrow(`The control "rate" can't be ${value}; give a finite number.`);
    }
    expect(controls.get("rate")).toBe(0.5);
  });
});

describe("the adapter's limits", () => {
  test("a sum of more operands than a kernel can bind is split, and right", async () => {
    const operands = Array.from({ length: 45 }, (_, i) => wave([37], 0.1 * (i + 1)));
    const plan = await engine.plan({ outputs: { sum: operands.reduce((total, x) => total.add(x.tanh())) } });
    const limit = engine.limits.maxStorageBuffersPerShaderStage;
    for (const { reads, writes } of plan.explain().kernels)
      expect(reads.length + writes.length).toBeLessThanOrEqual(limit);
    expect(plan.dispatchCount).toBeGreaterThan(1);
    const [sum] = await plan.runAndRead();
    const values = await Promise.all(operands.map((x) => x.data()));
    const expected = Array.from({ length: 37 }, (_, i) =>
      values.reduce((total, x, k) => total + (k === 0 ? x[i]! : Math.tanh(x[i]!)), 0),
    );
    expectClose(sum!, expected);
    plan.dispose();
  });

  test("a dispatch of more than 65,535 workgroups reaches every element", async () => {
    const n = 64 * 65535 + 65;
    const sums = Tensor.arange(n).reshape([n, 1]).broadcastTo([n, 8]).sum(1);
    const plan = await engine.plan({ outputs: { sums } });
    expect(Math.max(...plan.explain().kernels.map(({ workgroups }) => workgroups))).toBeGreaterThan(65535);
    const [values] = await plan.runAndRead();
    let wrong = -1;
    for (let i = 0; i < n && wrong < 0; i++) if (values![i] !== 8 * i) wrong = i;
    expect(wrong).toBe(-1);
    plan.dispose();
  });
});

describe("eager evaluation", () => {
  test("of the same structure makes no pipeline, bind groups aside, whatever the numbers", async () => {
    const f = (x: Tensor, y: Tensor) => x.matmul(y).relu().sum(1);
    const first = await f(wave([6, 5]), wave([5, 4])).data();
    const before = engine.stats();
    const second = await f(wave([6, 5], 2), wave([5, 4], 3)).data();
    const after = engine.stats();
    expect(second).not.toEqual(first);
    expect(after.pipelinesCreated).toBe(before.pipelinesCreated);
    expect(after.liveBytes).toBe(before.liveBytes);
    const [x, y] = [await wave([6, 5], 2).data(), await wave([5, 4], 3).data()];
    const expected = Array.from({ length: 6 }, (_, r) => {
      let total = 0;
      for (let c = 0; c < 4; c++) {
        let dot = 0;
        for (let k = 0; k < 5; k++) dot += x[5 * r + k]! * y[4 * k + c]!;
        total += Math.max(0, dot);
      }
      return total;
    });
    expectClose(second, expected);
  });

  test("tells structures apart that differ only in a constant, an attribute, or which operand is which", async () => {
    const [x, y] = [engine.tensor([1, 2, 3]), engine.tensor([10, 20, 30])];
    expect([...(await x.sub(y).data())]).toEqual([-9, -18, -27]);
    expect([...(await y.sub(x).data())]).toEqual([9, 18, 27]);
    expect([...(await x.sub(x).data())]).toEqual([0, 0, 0]);
    expect([...(await x.mul(2).data())]).toEqual([2, 4, 6]);
    expect([...(await x.mul(3).data())]).toEqual([3, 6, 9]);
    expect([...(await x.slice([0], [2]).data())]).toEqual([1, 2]);
    expect([...(await x.slice([1], [2]).data())]).toEqual([2, 3]);
  });

  test("of a tensor that was evaluated starts from its result", async () => {
    const x = wave([8]).tanh();
    await x.data();
    const { dispatches } = engine.stats();
    await x.data();
    expect(engine.stats().dispatches).toBe(dispatches);
    const plan = await engine.plan({ outputs: { y: x.add(1) } });
    expect(
      plan
        .explain()
        .kernels.map(({ operations }) => operations)
        .join(),
    ).not.toContain("tanh");
    plan.dispose();
  });
});

describe("engine.compile", () => {
  test("traces once a shape, then only replays", async () => {
    let traces = 0;
    const f = engine.compile((x: Tensor, y: Tensor) => {
      traces++;
      return x.mul(y).sum();
    });
    expect(await (await f(engine.tensor([1, 2]), engine.tensor([3, 4]))).item()).toBe(11);
    const { pipelinesCreated, buffersCreated } = engine.stats();
    expect(await (await f(engine.tensor([5, 6]), engine.tensor([7, 8]))).item()).toBe(83);
    expect(traces).toBe(1);
    expect(engine.stats()).toMatchObject({ pipelinesCreated, buffersCreated });
    expect(await (await f(engine.tensor([1, 2, 3]), engine.tensor([1, 1, 1]))).item()).toBe(6);
    expect(traces).toBe(2);
    expect(await (await f(engine.tensor([2, 2]), engine.tensor([3, 3]))).item()).toBe(12);
    expect(traces).toBe(2);
  });

  test("returns trees, arguments and constants, in their own form", async () => {
    const f = engine.compile((x: Tensor) => ({
      sum: x.sum(),
      both: [x.mul(2), x],
      deep: { one: Tensor.full([2], 1), again: x },
    }));
    const result = await f(engine.tensor([3, 4]));
    expect(await result.sum.item()).toBe(7);
    expect([...(await result.both[0]!.data())]).toEqual([6, 8]);
    expect([...(await result.both[1]!.data())]).toEqual([3, 4]);
    expect([...(await result.deep.one.data())]).toEqual([1, 1]);
    expect([...(await result.deep.again.data())]).toEqual([3, 4]);
  });

  test("differentiates, and ignores an argument that the result does not use", async () => {
    const f = engine.compile((x: Tensor, _unused: Tensor) => grad((at: Tensor) => at.square().sum())(x));
    expect([...(await (await f(engine.tensor([1, -2]), engine.tensor([9]))).data())]).toEqual([2, -4]);
  });

  test("calls that overlap don't mix their arguments", async () => {
    const f = engine.compile((x: Tensor) => x.mul(2).sum());
    const inputs = Array.from({ length: 8 }, (_, i) => engine.tensor([i, 10 * i]));
    const results = await Promise.all(inputs.map(async (x) => (await f(x)).item()));
    expect(results).toEqual(inputs.map((_, i) => 22 * i));
  });

  test("keeps plans of the last 32 shapes, whatever runs meanwhile", async () => {
    let traces = 0;
    const f = engine.compile((x: Tensor) => {
      traces++;
      return x.sum();
    });
    const totals = (lengths: readonly number[]) =>
      Promise.all(lengths.map(async (length) => (await f(engine.tensor(new Array(length).fill(1)))).item()));
    const lengths = Array.from({ length: 40 }, (_, i) => i + 1);
    expect(await totals(lengths)).toEqual(lengths);
    expect(traces).toBe(40);
    expect(await totals(lengths.slice(8))).toEqual(lengths.slice(8));
    expect(traces).toBe(40);
    expect(await totals([1, 1])).toEqual([1, 1]);
    expect(traces).toBe(41);
  });

  test("refuses what is no tensor", async () => {
    const f = engine.compile((x: Tensor) => x.sum());
    await expect(f([1, 2] as never)).rejects.toThrow(/argument 0 is \[1, 2\]; give a tensor/);
  });

  test("a function that throws while it is traced can be called again", async () => {
    let fails = true;
    const f = engine.compile((x: Tensor) => {
      if (fails) throw new Error("not yet");
      return x.add(1);
    });
    await expect(f(engine.tensor([1]))).rejects.toThrow("not yet");
    fails = false;
    expect([...(await (await f(engine.tensor([1]))).data())]).toEqual([2]);
  });
});

describe("a plan", () => {
  test("explains itself: as many kernels as dispatches, each of which a run submits", async () => {
    const plan = await engine.plan({
      outputs: {
        y: wave([20, 10])
          .matmul(wave([10, 5]))
          .tanh()
          .sum(0),
      },
    });
    const explanation = plan.explain();
    expect(explanation.kernels).toHaveLength(plan.dispatchCount);
    expect(explanation.multiplyAdds).toBe(20 * 10 * 5);
    expect(String(explanation).split("\n")).toHaveLength(3 + plan.dispatchCount);
    const { dispatches } = engine.stats();
    await plan.run(3);
    expect(engine.stats().dispatches - dispatches).toBe(3 * plan.dispatchCount);
    plan.dispose();
  });

  test("writes the parts of a concatenation in place", async () => {
    const parts = [wave([3, 4]).tanh(), wave([2, 4]).matmul(wave([4, 4])), wave([5, 4]).mul(2)];
    const plan = await engine.plan({ outputs: { all: Tensor.concat(parts) } });
    expect(plan.explain().kernels.map((kernel) => kernel.parts.length)).toEqual([3]);
    const [all] = await plan.runAndRead();
    const expected = (await Promise.all(parts.map((part) => part.data()))).flatMap((part) => [...part]);
    expectClose(all!, expected);
    plan.dispose();
  });

  test("gives its buffers to the next one", async () => {
    const make = () => engine.plan({ outputs: { y: wave([64, 64]).matmul(wave([64, 64])) } });
    (await make()).dispose();
    const { buffersCreated } = engine.stats();
    (await make()).dispose();
    expect(engine.stats().buffersCreated).toBe(buffersCreated);
  });
});
