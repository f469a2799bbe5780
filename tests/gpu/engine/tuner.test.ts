/** The tuner: it finds a form for every product that matters, keeps what it found, and changes results by rounding alone. */
import { afterEach, expect, test } from "vitest";
import { memoryCache } from "../../../src/cache/byte_cache.ts";
import { checkedCache } from "../../../src/cache/checked_cache.ts";
import { Engine, type EngineOptions, type Tensor } from "../../../src/index.ts";
import { failing } from "../../unit/cache/misbehaviours.ts";

const engines: Engine[] = [];

async function create(options: EngineOptions): Promise<Engine> {
  const engine = await Engine.create({ debug: true, selfTest: false, onWarning: () => undefined, ...options });
  engines.push(engine);
  return engine;
}

afterEach(() => {
  for (const engine of engines.splice(0)) engine.destroy();
});

const wave = (engine: Engine, shape: number[]): Tensor =>
  engine.tensor(
    Float32Array.from({ length: shape.reduce((a, b) => a * b) }, (_, i) => Math.sin(i * 0.7)),
    shape,
  );

/** A large product and a small one. */
async function products(engine: Engine): Promise<Float32Array[]> {
  const [a, b, c] = [wave(engine, [128, 128]), wave(engine, [128, 128]), wave(engine, [8, 128])];
  const plan = await engine.plan({ outputs: { large: a.matmul(b).tanh(), small: c.matmul(b) } });
  const results = (await plan.runAndRead()) as Float32Array[];
  plan.dispose();
  return results;
}

const largeClass = "matmul transposeA false transposeB false 1x128x128x128 ,,";

test("off, it takes a guess and keeps nothing", async () => {
  const cache = memoryCache();
  const engine = await create({ cache });
  await products(engine);
  expect(engine.formChoices).toEqual({});
});

test("quick, it times products of a million multiply-adds and more, once, and results stay the same to rounding", async () => {
  const cache = memoryCache();
  const guessing = await products(await create({}));
  const engine = await create({ tune: "quick", cache });
  const tuned = await products(engine);
  expect(Object.keys(engine.formChoices)).toEqual([largeClass]);
  tuned.forEach((values, k) => {
    values.forEach((value, i) => {
      expect(Math.abs(value - guessing[k]![i]!)).toBeLessThan(1e-4);
    });
  });

  // Another engine on this adapter finds them in the cache, and makes no pipeline that the product doesn't need.
  const next = await create({ tune: "quick", cache });
  const { pipelinesCreated } = next.stats();
  await products(next);
  expect(next.formChoices).toEqual(engine.formChoices);
  expect(next.stats().pipelinesCreated - pipelinesCreated).toBeLessThanOrEqual(2);
});

test("full, it times all of them", async () => {
  const engine = await create({ tune: "full", cache: memoryCache() });
  await products(engine);
  expect(Object.keys(engine.formChoices)).toHaveLength(2);
});

test("given choices are taken, and the bits with them", async () => {
  // Candidates on SwiftShader, which these tests run on.
  for (const name of ["quad 16x8", "quad 16x16"]) {
    const engine = await create({ formChoices: { [largeClass]: name } });
    const plan = await engine.plan({ outputs: { y: wave(engine, [128, 128]).matmul(wave(engine, [128, 128])) } });
    expect(plan.explain().kernels[0]!.parts.map(({ form }) => form)).toEqual([name]);
    const [first] = await plan.runAndRead();
    const other = await create({ formChoices: engine.formChoices });
    const again = await other.plan({ outputs: { y: wave(other, [128, 128]).matmul(wave(other, [128, 128])) } });
    const [second] = await again.runAndRead();
    expect(second).toEqual(first);
    expect(again.explain().kernels[0]!.source).toBe(plan.explain().kernels[0]!.source);
  }
});

test("a choice that is not among the likeliest is taken, one that the adapter can't have is not", async () => {
  const shown = async (form: string) => {
    const engine = await create({ formChoices: { "*": form } });
    const plan = await engine.plan({ outputs: { y: wave(engine, [128, 128]).matmul(wave(engine, [128, 128])) } });
    return plan.explain().kernels[0]!.parts[0]!.form;
  };
  expect(await shown("4x4")).toBe("4x4");
  expect(await shown("team 8x8")).toMatch(/^quad/);
});

test.each(["quad 32 x 8", "8", "quad 7x7"])(
  "a form %s, that doesn't exist, is an error that says what does",
  async (form) => {
    await expect(create({ formChoices: { "*": form } })).rejects.toThrow(
      `Engine: formChoices has the form "${form}" for all products; forms are rows x columns, such as "8x8"`,
    );
  },
);

test("a damaged cache is as good as none", async () => {
  const cache = memoryCache();
  const damaged = {
    read: async () => new TextEncoder().encode("{ not json").buffer as ArrayBuffer,
    write: cache.write,
  };
  const engine = await create({ tune: "quick", cache: damaged });
  await products(engine);
  expect(Object.keys(engine.formChoices)).toEqual([largeClass]);
});

test.each([
  "quad 7x7", // no form at all
  "team 8x8", // one of other adapters
  5,
])("a kept choice of %o is found anew, and the right one kept", async (form) => {
  const kept = memoryCache();
  const cache = {
    ...kept,
    // Under whatever key the tuner asks for, with a right seal.
    read: async (key: string) => {
      const own = await kept.read(key);
      if (own) return own;
      await checkedCache(kept).write(key, new TextEncoder().encode(JSON.stringify({ [largeClass]: form })).buffer);
      return kept.read(key);
    },
  };
  const engine = await create({ tune: "quick", cache });
  await products(engine);
  const chosen = engine.formChoices[largeClass];
  expect(chosen).toMatch(/^quad/);
  expect((await create({ tune: "quick", cache })).formChoices).toEqual({});
  const next = await create({ tune: "quick", cache });
  await products(next);
  expect(next.formChoices[largeClass]).toBe(chosen);
});

// How caches misbehave is told in tests/unit/cache; here is that they don't take a plan with them.
test.each([
  ["rejects everything", /The cache is done without: the disk is full\./],
  ["never answers", /The cache is done without: no answer in 5000 ms\./],
] as const)("a cache that %s takes no plan with it", async (name, message) => {
  const warnings: string[] = [];
  const onWarning = (text: string) => warnings.push(text);
  const cache = failing[name]!(memoryCache());
  const engine = await create({ tune: "quick", cache, onWarning });
  expect((await products(engine)).every((values) => values.every(Number.isFinite))).toBe(true);
  expect(Object.keys(engine.formChoices)).toEqual([largeClass]);
  const told = warnings.filter((text) => text.includes("cache"));
  expect(told).toEqual([expect.stringMatching(message)]);
});
