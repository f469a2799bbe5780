/** What goes in and comes out: copies, conversions by value, NaN and infinities as in NumPy, forms that keep their digits. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { gradients } from "../../../src/autodiff/gradients.ts";
import type { Engine } from "../../../src/engine/engine.ts";
import { DataError, SaddlepointError } from "../../../src/errors/errors.ts";
import type { Node } from "../../../src/graph/node.ts";
import { data } from "../../../src/graph/primitives/leaf.ts";
import { sum } from "../../../src/graph/primitives/sum_broadcast.ts";
import { type DType, sizeOf } from "../../../src/graph/shape.ts";
import { heldValues } from "../../../src/tensor/held_values.ts";
import { Tensor } from "../../../src/tensor/tensor.ts";
import { evaluate as reference } from "../../reference/reference.ts";
import { createEngine } from "../fixtures.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await createEngine();
});
afterAll(() => engine.destroy());

const { NaN: nan, POSITIVE_INFINITY: inf } = Number;

describe("a tensor is a value:", () => {
  test("what is given is copied where it enters", async () => {
    const [values, shape] = [Float32Array.of(1, 2, 3, 4), [2, 2]];
    const tensor = engine.tensor(values, shape);
    const full = Tensor.full(shape, 1);
    const reshaped = tensor.reshape(shape);
    const state = engine.state("state", shape);
    const [starts, sizes, order, before, after] = [
      [0, 1],
      [2, 1],
      [1, 0],
      [1, 0],
      [0, 0],
    ];
    const built = [tensor.slice(starts, sizes), tensor.permute(order), tensor.pad(before, after)];
    state.write(values);
    const plan = await engine.plan({ outputs: { y: tensor.add(engine.read(state)) } });
    for (const array of [values, shape, starts, sizes, order, before, after]) array.fill(9);
    expect([...(await tensor.data())]).toEqual([1, 2, 3, 4]);
    expect([tensor, full, reshaped, state].map((each) => [...each.shape])).toEqual(new Array(4).fill([2, 2]));
    expect((await engine.evaluate(built.map(({ node }) => node))).map((each) => [...each])).toEqual([
      [2, 4],
      [1, 3, 2, 4],
      [0, 0, 1, 2, 3, 4],
    ]);
    expect([...(await plan.runAndRead())[0]!]).toEqual([2, 4, 6, 8]);
    plan.dispose();
  });

  test("what is fed to a plan is copied at once", async () => {
    const x = engine.tensor([1, 2]);
    const plan = await engine.plan({ outputs: { y: x.mul(2) } });
    const values = Float32Array.of(5, 6);
    plan.feed(0, values);
    values.fill(0);
    expect([...(await plan.runAndRead())[0]!]).toEqual([10, 12]);
    plan.feed(0, [7, 8]);
    expect([...(await plan.runAndRead())[0]!]).toEqual([14, 16]);
    for (const wrong of [() => plan.feed(0, [1]), () => plan.feed(1, [1, 2]), () => plan.feed(0, ["7", 8] as never)]) {
      expect(wrong).toThrow(DataError);
    }
    plan.dispose();
  });

  test("what comes out is the caller's own", async () => {
    const [given, computed] = [engine.tensor([3, 1, 2]), engine.tensor([3, 1, 2]).add(1)];
    for (const tensor of [given, computed]) {
      const first = await tensor.data();
      first.fill(0);
      expect([...(await tensor.data())]).toEqual(tensor === given ? [3, 1, 2] : [4, 2, 3]);
      expect(() => (tensor.shape as number[]).push(1)).toThrow(TypeError);
    }
    expect(await computed.sum().item()).toBe(9);
  });

  test("a compiled function keeps neither arguments nor results of another call", async () => {
    const double = engine.compile((x: Tensor) => x.mul(2));
    const [once, twice] = [await double(engine.tensor([1, 2])), await double(engine.tensor([3, 4]))];
    (await once.data()).fill(0);
    expect([[...(await once.data())], [...(await twice.data())]]).toEqual([
      [2, 4],
      [6, 8],
    ]);
  });
});

/** Every kind of array that means numbers. */
const arrays = {
  plain: (values: number[]) => values,
  Float32Array: (values: number[]) => Float32Array.from(values),
  Float64Array: (values: number[]) => Float64Array.from(values),
  Int8Array: (values: number[]) => Int8Array.from(values),
  Uint8Array: (values: number[]) => Uint8Array.from(values),
  Uint8ClampedArray: (values: number[]) => Uint8ClampedArray.from(values),
  Int16Array: (values: number[]) => Int16Array.from(values),
  Uint16Array: (values: number[]) => Uint16Array.from(values),
  Int32Array: (values: number[]) => Int32Array.from(values),
  Uint32Array: (values: number[]) => Uint32Array.from(values),
  BigInt64Array: (values: number[]) => BigInt64Array.from(values.map(BigInt)),
  BigUint64Array: (values: number[]) => BigUint64Array.from(values.map(BigInt)),
} as const;

describe.each(["f32", "i32", "u32", "bool"] as const)("as %s", (dtype) => {
  test("numbers are converted by value from every kind of array", async () => {
    const values = dtype === "bool" ? [1, 0, 1, 1] : [1, 0, 120, 7];
    const states = Object.entries(arrays).map(([name, make]) => {
      const state = engine.state(name, [2, 2], dtype);
      state.write(make(values));
      return state;
    });
    const tensors = Object.values(arrays).map((make) => engine.tensor(make(values), [2, 2], dtype));
    const nodes = [...states.map((state) => engine.read(state)), ...tensors].map(({ node }) => node);
    for (const result of await engine.evaluate(nodes)) expect([...result]).toEqual(values);
    for (const state of states) state.destroy();
  });

  const bad: readonly (readonly [unknown, RegExp])[] = [
    [["5", 6], /the value at 0 is "5"\. \w+ has/],
    [[1, null], /the value at 1 is null/],
    [[1n, 2], /the value at 0 is the bigint 1n/],
    [[1, [2]], /the nested array is ragged/i],
    [new Array(2), /the value at 0 is undefined/],
    [new DataView(new ArrayBuffer(8)), /the values are a DataView/],
    ["12", /the values are "12"/],
    [null, /the values are null/],
    [{ length: 2 }, /the values are an object/],
    [Float64Array.of(1e39), dtype === "f32" ? /the value at 0 is 1e\+39\. f32 has numbers/ : /whole numbers/],
    [BigInt64Array.of(2n ** 60n), /is the bigint 1152921504606846976n/],
    ...(dtype === "bool" ? [] : [[[true, false], /the value at 0 is true\. \w+ has/] as const]),
    ...(dtype === "f32" ? [] : [[[0.5], /the value at 0 is 0\.5\. \w+ has whole numbers/] as const]),
  ];
  test.each(bad)("%s gives a sentence", (values, message) => {
    const state = engine.state("s", [2], dtype);
    for (const f of [() => engine.tensor(values as never, undefined, dtype), () => state.write(values as never)]) {
      expect(f).toThrow(DataError);
      expect(f).toThrow(message);
    }
    state.destroy();
  });
});

test.each<[unknown, DType]>([
  [[3e9], "i32"],
  [[2 ** 31], "i32"],
  [[-1], "u32"],
  [Int32Array.of(-1), "u32"],
  [Uint32Array.of(2 ** 31), "i32"],
  [[1], "f64" as never],
  [[1], "u8"],
])("%s is not wrapped into %s", (values, dtype) => {
  expect(() => engine.tensor(values as never, undefined, dtype as "f32")).toThrow(SaddlepointError);
});

test("a number is a scalar, booleans are of type bool", async () => {
  expect(engine.tensor(5).shape).toEqual([]);
  expect(await engine.tensor(5).item()).toBe(5);
  const mask = engine.tensor(
    [
      [true, false],
      [false, true],
    ],
    undefined,
    "bool",
  );
  expect([
    ...(await Tensor.where(
      mask,
      engine.tensor([
        [1, 2],
        [3, 4],
      ]),
      0,
    ).data()),
  ]).toEqual([1, 0, 0, 4]);
});

/** Lengths that go by fours, and that don't; serial reductions, and those of a whole workgroup. */
const layouts: readonly { readonly shape: readonly number[]; readonly axis: number }[] = [
  { shape: [3, 8], axis: 1 },
  { shape: [8, 8], axis: 0 },
  { shape: [3, 7], axis: 1 },
  { shape: [7, 3], axis: 0 },
  { shape: [2, 3], axis: 1 },
  { shape: [2, 2400], axis: 1 },
  { shape: [2, 2401], axis: 1 },
];
const special = (shape: readonly number[], seed: number): Node => {
  const kinds = [nan, inf, -inf, 0, 1, -1, 0.5, -2, 3, 88, -30];
  const values = Float32Array.from(
    { length: sizeOf(shape) },
    (_, i) => kinds[(i * 7 + seed * 3 + (i >> 3)) % kinds.length]!,
  );
  return data(values, shape, "f32");
};
/** One NaN or infinity a line, or none. */
const lines = (shape: readonly number[], what: number, everywhere = false): Node => {
  const values = Float32Array.from({ length: sizeOf(shape) }, (_, i) =>
    everywhere || i % 5 === 2 ? what : ((i * 37) % 11) - 5,
  );
  return data(values, shape, "f32");
};

/** Equal as to NaN, infinities and, to a few digits, numbers. */
async function expectAsReference(named: readonly (readonly [string, Node])[]): Promise<void> {
  const nodes = named.map(([, node]) => node);
  const [actual, expected] = [await engine.evaluate(nodes), reference(nodes)];
  const show = (x: number) => (Number.isFinite(x) ? Number(x.toPrecision(4)) + 0 : x);
  named.forEach(([name], i) => {
    const differing = [...actual[i]!].flatMap((value, at) => {
      const wanted = Math.fround(expected[i]![at]!);
      const isNear = Math.abs(value - wanted) <= 1e-4 * Math.max(1, Math.abs(wanted));
      return Object.is(show(value), show(wanted)) || isNear ? [] : [[at, value, wanted]];
    });
    expect(differing.slice(0, 5), name).toEqual([]);
  });
}

const unary = [
  "neg",
  "exp",
  "log",
  "sqrt",
  "rsqrt",
  "tanh",
  "sigmoid",
  "softplus",
  "logSigmoid",
  "erf",
  "abs",
  "sign",
  "floor",
  "square",
  "relu",
  "elu",
  "selu",
  "gelu",
  "silu",
  "copy",
  "isNonFinite",
] as const;
const binary = [
  "add",
  "sub",
  "mul",
  "div",
  "pow",
  "minimum",
  "maximum",
  "less",
  "lessEqual",
  "greater",
  "greaterEqual",
  "equal",
] as const;

describe("NaN and infinities go through as in NumPy:", () => {
  test.each([[[4, 4]], [[5, 3]]])("elementwise, with shape %j", async (shape) => {
    const [a, b] = [new Tensor(special(shape, 0)), new Tensor(special(shape, 4))];
    await expectAsReference([
      ...unary.map((name) => [name, a[name]().node] as const),
      ["leakyRelu", a.leakyRelu().node],
      ["leakyRelu without a slope", a.leakyRelu(0).node],
      ["clamp", a.clamp(-1, 1).node],
      ["sigmoidCrossEntropy", a.sigmoidCrossEntropy(0.3).node],
      ["where", Tensor.where(b.less(0), a, b).node],
      ["sin", a.clamp(-5, 5).sin().node],
      ["cos", a.clamp(-5, 5).cos().node],
    ]);
    await expectAsReference(binary.map((name) => [name, a[name](b).cast("f32").node] as const));
    await expectAsReference(
      binary.flatMap((name) => [
        [`${name} of a number`, a[name](0.5).cast("f32").node] as const,
        // A driver may multiply by the constant's inverse, and of a product with 0 make 0; -1 has no limit there.
        ...(name === "div" || name === "pow" ? [] : [[`${name} of infinity`, a[name](inf).cast("f32").node] as const]),
        [`a number's ${name}`, Tensor.scalar(2)[name](a).cast("f32").node] as const,
        [`NaN's ${name}`, Tensor.scalar(nan)[name](a).cast("f32").node] as const,
      ]),
    );
  });

  test.each(layouts)("reductions of $shape along $axis", async ({ shape, axis }) => {
    const named = [nan, inf, -inf].flatMap((what) =>
      [false, true].flatMap((everywhere) => {
        const x = new Tensor(lines(shape, what, everywhere));
        const reductions = ["sum", "mean", "max", "min", "argmax", "norm", "logSumExp", "variance"] as const;
        return reductions.map((name) => [`${name} of ${what} ${everywhere}`, x[name](axis).node] as const);
      }),
    );
    await expectAsReference(named);
  });

  test("the largest of windows", async () => {
    const x = new Tensor(lines([1, 6, 6, 4], nan));
    const y = await engine.evaluate([x.maxPool(2).node, x.maxPool(3, { stride: 2, padding: 1 }).node]);
    const values = heldValues(x.node)!;
    const largest = (rows: number[], columns: number[], c: number) =>
      Math.max(...rows.flatMap((row) => columns.map((column) => values[(row * 6 + column) * 4 + c]!)));
    const around = (i: number) => [2 * i - 1, 2 * i, 2 * i + 1].filter((at) => at >= 0);
    for (const [k, window] of [(i: number) => [2 * i, 2 * i + 1], around].entries()) {
      const expected = [0, 1, 2].flatMap((i) =>
        [0, 1, 2].flatMap((j) => [0, 1, 2, 3].map((c) => largest(window(i), window(j), c))),
      );
      expect([...y[k]!]).toEqual(expected);
    }
  });

  test("gradients at NaN are NaN, or pass what arrives", async () => {
    const functions: Readonly<Record<string, (x: Tensor) => Tensor>> = {
      relu: (x) => x.relu(),
      leakyRelu: (x) => x.leakyRelu(),
      elu: (x) => x.elu(),
      clamp: (x) => x.clamp(-1, 1),
      maximum: (x) => x.maximum(0.5),
      minimum: (x) => x.minimum(x.mul(2)),
      norm: (x) => x.norm(1),
      max: (x) => x.max(1),
      logSoftmax: (x) => x.logSoftmax(1),
      softplus: (x) => x.softplus(),
      maxPool: (x) => x.reshape([1, 2, 2, 2]).maxPool(2),
    };
    const x = data(Float32Array.of(nan, 1, 2, 3, 1, -1, 2, 0.5), [2, 4], "f32");
    const named = Object.entries(functions).map(([name, f]) => {
      const y = f(new Tensor(x)).square().node;
      return [
        name,
        gradients(
          sum(
            y,
            y.shape.map((_, i) => i),
          ),
          [x],
        )[0]!,
      ] as const;
    });
    const results = await engine.evaluate(named.map(([, node]) => node));
    for (const [i, [name]] of named.entries()) expect(results[i]![0], name).toBeNaN();
    // The other line knows nothing of it.
    const others = named.flatMap(([name], i) => (name === "maxPool" ? [] : [...results[i]!.slice(4)]));
    expect(others.filter((value) => Number.isNaN(value))).toEqual([]);
  });
});

describe("forms that keep their digits, in f32:", () => {
  test("logSoftmax, and its gradient, far from zero", async () => {
    const cases = [
      [1e7, 1e7 + 1],
      [1000, 1001],
      [-1e4, -1e4 + 1],
      [0, 1],
    ];
    const x = engine.tensor(cases);
    const y = await x.logSoftmax().data();
    for (const [i, value] of y.entries()) expect(value).toBeCloseTo(i % 2 === 0 ? -1.3132617 : -0.3132617, 6);
  });

  test("logSumExp", async () => {
    const x = new Tensor(data(Float32Array.of(inf, 0, -inf, -inf, nan, 0, 1e4, 1e4, inf, nan), [5, 2], "f32"));
    expect([...(await engine.evaluate([x.logSumExp(1).node]))[0]!]).toEqual([
      inf,
      -inf,
      nan,
      expect.closeTo(1e4 + Math.LN2, 2),
      nan,
    ]);
  });

  test("constants that overflow are folded, and divided or compared as they are", async () => {
    const zero = engine.tensor([0]);
    const expressions = [
      Tensor.scalar(1e38).mul(1e38),
      Tensor.full([1], 2 ** 31 - 1, "i32")
        .add(1)
        .cast("f32"),
      Tensor.full([1], 2 ** 32 - 1, "u32")
        .mul(2)
        .cast("f32"),
      Tensor.full([1], -(2 ** 31), "i32")
        .div(-1)
        .cast("f32"),
      Tensor.scalar(1).div(0),
      Tensor.scalar(-1).log(),
      Tensor.scalar(3e38).maximum(Tensor.scalar(inf)),
      Tensor.full([3], 3e38).sum(),
      Tensor.scalar(200).exp().neg(),
      Tensor.scalar(1e30).pow(3),
      Tensor.scalar(1e30).softplus().tanh(),
      Tensor.scalar(inf).less(1).cast("f32"),
    ].map((t) => t.add(zero).node);
    const values = (await engine.evaluate(expressions)).map((each) => each[0]);
    expect(values).toEqual([inf, -(2 ** 31), 4294967296, -(2 ** 31), inf, nan, inf, inf, -inf, inf, 1, 0]);
  });
});

test("every operation on every type computes, or says what it takes", async () => {
  const named: [string, Node][] = [];
  for (const dtype of ["f32", "i32", "u32", "bool"] as const) {
    const x = engine.tensor([1, 1, 0, 1], [1, 2, 2, 1], dtype);
    for (const name of [
      ...unary,
      ...binary,
      "sum",
      "mean",
      "max",
      "argmax",
      "softmax",
      "norm",
      "flip",
      "maxPool",
      "pad",
    ]) {
      const f = (x as unknown as Record<string, (...given: unknown[]) => Tensor>)[name]!;
      for (const given of name === "pad"
        ? [
            [
              [0, 1, 0, 0],
              [0, 0, 0, 0],
            ],
          ]
        : [[1], [0], [-1], [0.5], [x], [2 ** 40]]) {
        try {
          named.push([`${dtype}.${name}(${given})`, f.apply(x, given).node]);
        } catch (error) {
          expect(error, `${dtype}.${name}(${given})`).toBeInstanceOf(SaddlepointError);
        }
      }
    }
  }
  expect(named.length).toBeGreaterThan(200);
  expect(await engine.evaluate(named.map(([, node]) => node))).toHaveLength(named.length);
});

test.each([
  ["u32", [0, 0, 4294967295, 0, 4294967040, 2147483648, 3]],
  ["i32", [-1, 0, 2147483647, -2147483648, 2147483647, 2147483647, 3]],
] as const)("casts to %s hold numbers out of range within it, as those of constants do", async (to, expected) => {
  const numbers = [-1, -0.5, 1e10, -1e10, 4294967040, 2147483648, 3.9];
  expect([...(await engine.tensor(numbers).cast(to).data())]).toEqual(expected);
  const constants = numbers.map((value) => Tensor.scalar(value).cast(to).node);
  expect((await engine.evaluate(constants)).map(([value]) => value)).toEqual(expected);
});
