/** Every registry in one table: names, names with options, the library's entries and a user's own as objects. */
import { describe, expect, test } from "vitest";
import { resolveOptions } from "../../src/choices/options.ts";
import { defineRegistry, type EntryKind, resolveEntry } from "../../src/choices/registry.ts";
import { gaussianRing } from "../../src/data/drawn/gaussian_ring.ts";
import { createSource, type SourceName, sources } from "../../src/data/drawn/sources.ts";
import { OptionError } from "../../src/errors/errors.ts";
import { lossKind } from "../../src/gan/losses/loss.ts";
import { lossRegistry } from "../../src/gan/losses/registry.ts";
import { createModel } from "../../src/gan/models/registry.ts";
import { penaltyKind } from "../../src/gan/penalties/penalty.ts";
import { penaltyRegistry } from "../../src/gan/penalties/registry.ts";
import { playKind } from "../../src/gan/play/play.ts";
import { playRegistry } from "../../src/gan/play/registry.ts";
import { trickRegistry } from "../../src/gan/tricks/registry.ts";
import { trickKind } from "../../src/gan/tricks/trick.ts";
import { activation } from "../../src/nn/layers/activations.ts";
import { mlp } from "../../src/nn/network/network.ts";
import { adam } from "../../src/optim/adam.ts";
import { optimizerKind } from "../../src/optim/optimizer_kind.ts";
import { createOptimizer, optimizerRegistry, optimizers } from "../../src/optim/registry.ts";
import type { Tensor } from "../../src/tensor/tensor.ts";

const nothing = () => undefined;
const options = {
  amount: { default: 0.5, low: 0, high: 1 },
  mirror: { default: true },
  edge: { default: "zero", choices: ["zero", "edge"] },
} as const;

interface Row {
  readonly kind: EntryKind<never, object>;
  readonly entries: Readonly<Record<string, { readonly name: string }>>;
  resolve(where: string, given: unknown): object;
  /** A user's own, complete but for its name and options. */
  readonly parts: Readonly<Record<string, unknown>>;
  /** What its sentence calls it in front of an option. */
  readonly called?: string;
}

const rows: Readonly<Record<string, Row>> = {
  loss: { kind: lossKind, ...lossRegistry, parts: { create: nothing }, called: 'The loss "mine"' },
  penalty: { kind: penaltyKind, ...penaltyRegistry, parts: { term: nothing, defaultWeight: 1 } },
  trick: { kind: trickKind, ...trickRegistry, parts: { view: nothing } },
  "rule of play": { kind: playKind, ...playRegistry, parts: { step: nothing, isJoint: true } },
};

describe.each(Object.entries(rows))("a %s", (noun, { kind, entries, resolve, parts, called = "mine" }) => {
  const mine = { name: "mine", options, ...parts };
  const refused = (given: unknown, message: string | RegExp) => {
    expect(() => resolve("Trainer", given)).toThrow(OptionError);
    expect(() => resolve("Trainer", given)).toThrow(message);
  };

  test.each(Object.keys(entries))("%s is found by its name and as an object, to the same", (name) => {
    const entry = entries[name];
    expect(entry?.name).toBe(name);
    const [byName, ...others] = [name, { type: name }, entry, { type: entry }].map((given) =>
      resolve("Trainer", given),
    );
    expect(byName).toMatchObject({ name, entry });
    for (const other of others) expect(JSON.stringify(other)).toBe(JSON.stringify(byName));
    expect(JSON.stringify(resolveEntry("Trainer", kind, entry))).toBe(JSON.stringify(byName));
  });

  test("of the user's own has the defaults of its options, or what stands beside it", () => {
    const usual = { amount: 0.5, mirror: true, edge: "zero" };
    expect(resolve("Trainer", mine)).toMatchObject({ name: "mine", entry: mine, options: usual });
    const given = { amount: 1, mirror: false, edge: "edge" };
    expect(resolve("Trainer", { type: mine, ...given })).toMatchObject({ name: "mine", options: given });
    expect(resolve("Trainer", { name: "bare", ...parts, options: {} })).toMatchObject({ name: "bare", options: {} });
    expect(resolve("Trainer", { name: "none", ...parts })).toMatchObject({ name: "none", options: {} });
  });

  test("of the user's own has its options held as the library's are", () => {
    refused({ type: mine, amount: 2 }, `${called}: amount is 2; it must be a number from 0 to 1.`);
    refused({ type: mine, mirror: 1 }, `${called}: mirror is 1; it must be true or false.`);
    refused({ type: mine, edge: "edges" }, `${called}: edge is "edges"; it must be one of "zero", "edge".`);
    refused({ type: mine, amuont: 1 }, `${called}: there is no option "amuont". Did you mean "amount"?`);
    refused({ ...mine, options: [] }, `Trainer: the ${noun} "mine": its options are []; give an object such as`);
    for (const spec of [1, { default: 2 }, { default: 2, low: 0, high: 1 }, { default: "a", choices: ["b"] }]) {
      refused({ ...mine, options: { odd: spec } }, `Trainer: the ${noun} "mine": its option "odd" is`);
    }
  });

  test("of the user's own lacks nothing", () => {
    for (const name of [undefined, 5, "", "a/b", null]) {
      refused(
        { ...mine, name },
        `Trainer: the name of the ${noun} is ${typeof name === "string" ? `"${name}"` : name}`,
      );
    }
    const [first] = kind.functions.flat();
    const without = Object.fromEntries(Object.entries(mine).filter(([, part]) => typeof part !== "function"));
    refused(without, `Trainer: the ${noun} "mine" needs the function \`${first}\``);
    refused({ ...without, [`${first}s`]: nothing }, `which is missing (it has \`${first}s\`).`);
    refused({ ...without, [String(first)]: 5 }, "which is 5.");
  });

  test("that does not exist is refused with those that do, and the nearest", () => {
    const names = Object.keys(entries);
    const [known = ""] = names;
    const mistyped = `${known}z`;
    for (const given of [mistyped, { type: mistyped }]) {
      refused(
        given,
        `Trainer: there is no ${noun} "${mistyped}". Did you mean "${known}"? These exist: ${names.join(", ")}.`,
      );
    }
    refused("toString", `Trainer: there is no ${noun} "toString".`);
    refused({ type: 5 }, `Trainer: there is no ${noun} 5.`);
  });

  test.each([5, null, [], nothing, {}, { amount: 1 }])("is not %j", (given) => {
    refused(given, /^Trainer: the .* is .*; give a name such as "/);
  });

  test("among objects alone is no name", () => {
    for (const given of [Object.keys(entries)[0], { type: Object.keys(entries)[0] }, 5]) {
      expect(() => resolveEntry("Trainer", kind, given)).toThrow(OptionError);
      expect(() => resolveEntry("Trainer", kind, given)).toThrow(`give an object of the form { name, `);
    }
  });
});

describe("an optimiser", () => {
  const plain = {
    name: "plain",
    slots: [],
    step: ({ parameters }: Parameters<ReturnType<typeof adam>["step"]>[0]) => ({ parameters, slots: [] }),
  };

  test("of the user's own has a learning rate of its own, or the one beside it", () => {
    expect(createOptimizer(plain)).toMatchObject({ name: "plain", lr: 1e-3, clipWeights: 0, config: { type: plain } });
    expect(createOptimizer({ ...plain, defaultLearningRate: 0.5 }).lr).toBe(0.5);
    expect(createOptimizer({ type: plain, lr: 2, clipWeights: 0.1 })).toMatchObject({ lr: 2, clipWeights: 0.1 });
  });

  test("of the library is passed as an object, too", () => {
    const { optimizer, name } = createOptimizer({ type: adam({ betas: [0, 0.9] }), lr: 1e-4 });
    expect([name, optimizer.slots]).toEqual(["adam", ["square"]]);
    expect(resolveEntry("Trainer", optimizerKind, adam()).optimizer.slots).toEqual(["mean", "square"]);
  });

  test.each(Object.keys(optimizers))("%s has the name under which it is found", (name) => {
    expect(optimizerRegistry.resolve("Trainer", name)).toMatchObject({ name, config: { type: name } });
  });

  test.each<[unknown, string]>([
    [{ ...plain, slots: 3 }, "plain: slots is 3; give an array of names."],
    [{ type: plain, momentum: 1 }, 'plain: there is no option "momentum". These exist: lr, clipNorm, clipWeights.'],
    [{ name: "plain", slots: [] }, 'the optimiser "plain" needs the function `step`'],
    [{ type: plain, lr: -1 }, "plain: the learning rate -1 must be at least 0."],
  ])("%j is refused", (given, message) => {
    expect(() => createOptimizer(given as never)).toThrow(OptionError);
    expect(() => createOptimizer(given as never)).toThrow(message);
  });
});

describe("the order of names", () => {
  const kind: EntryKind<{ readonly name: string }, string> = {
    noun: "thing",
    functions: [],
    resolve: ({ name }) => name,
  };
  const thing = (name: string) => ({ name });

  test("is that of the alphabet behind those that come first, whatever the order of a module's exports", () => {
    const all = { b: thing("b"), last: thing("A"), c: thing("c"), first: thing("z") };
    const { entries } = defineRegistry(kind, all, { first: ["z"] });
    expect(Object.keys(entries)).toEqual(["z", "A", "b", "c"]);
  });
});

describe("a source of samples", () => {
  test.each(Object.keys(sources) as SourceName[])("%s is drawn by its name, with options beside it", (type) => {
    const { name, sampleShape } = createSource(type);
    expect(createSource({ type })).toMatchObject({ name, sampleShape });
    expect(() => createSource({ type, colour: 1 } as never)).toThrow('there is no option "colour"');
  });

  test("of one's own is what it is, and nothing else is one", () => {
    const source = gaussianRing({ modes: 3 });
    expect(createSource(source)).toBe(source);
    expect(() => createSource("gaussianRings" as never)).toThrow(
      'createSource: there is no source "gaussianRings". Did you mean "gaussianRing"?',
    );
    expect(() => createSource(5 as never)).toThrow(OptionError);
  });
});

test("models and activations may be one's own", () => {
  const networks = { generator: mlp([2, 4]), discriminator: mlp([4, 1]) };
  const training = { ...createModel("mlp", { imageSize: 8 }).training, batchSize: 3 };
  expect(createModel(() => ({ ...networks, training }), { imageSize: 2 })).toEqual({ ...networks, training });
  expect(() => createModel(() => ({}) as never, { imageSize: 2 })).toThrow("createModel: the model's generator is");
  const cube = { name: "cube", apply: (x: Tensor) => x.pow(3), initializer: "heNormal" } as const;
  expect(activation(cube).kind).toBe("cube");
  expect(() => activation({ ...cube, apply: 1 } as never)).toThrow(
    'nn: the activation "cube" needs the function `apply`',
  );
});

test("options of every kind have their defaults", () => {
  expect(resolveOptions("it", options, {})).toEqual({ amount: 0.5, mirror: true, edge: "zero" });
});
