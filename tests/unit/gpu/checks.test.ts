import { expect, describe as group, test } from "vitest";
import * as checks from "../../../src/errors/checks.ts";
import {
  assertKeys,
  assertKind,
  describe,
  type Kind,
  nearest,
  needed,
  unknownName,
} from "../../../src/errors/checks.ts";
import { OptionError } from "../../../src/errors/errors.ts";

interface Options {
  readonly steps: number;
  readonly reportEvery?: number;
}
const keys = { steps: true, reportEvery: true } as const;

group("options objects", () => {
  test("known keys pass", () => {
    expect(() => assertKeys<Options>("train", { steps: 3 }, keys)).not.toThrow();
  });

  test.each([
    [{ epochs: 3 }, /train: there is no option "epochs"\. These exist: steps, reportEvery/],
    [{ stesp: 3 }, /Did you mean "steps"\?/],
    [{ report_every: 3 }, /Did you mean "reportEvery"\?/],
    [undefined, /the options are undefined; give an object such as \{ steps: \.\.\. \}/],
    [null, /the options are null/],
    [3, /the options are 3/],
    [[3], /the options are \[3\]/],
    [new Float32Array(2), /the options are a Float32Array of 2/],
  ])("%j", (given, message) => {
    expect(() => assertKeys<Options>("train", given, keys)).toThrow(OptionError);
    expect(() => assertKeys<Options>("train", given, keys)).toThrow(message);
  });
});

test.each([
  ["adm", "adam"],
  ["Adam", "adam"],
  ["RMSProp", "rmsprop"],
  ["adam_w", "adamw"],
  ["swap", undefined],
  ["", undefined],
])("the name nearest to %j", (name, expected) => {
  expect(nearest(name, ["sgd", "adam", "adamw", "rmsprop"])).toBe(expected);
});

test("an unknown name of the wrong kind is described", () => {
  expect(unknownName("Trainer", "loss", 3, { hinge: 1 }).message).toBe(
    "Trainer: there is no loss 3. These exist: hinge.",
  );
});

test.each([
  [undefined, "undefined"],
  ["x", '"x"'],
  [1n, "the bigint 1n"],
  [[], "[]"],
  [[1, "2", null], '[1, "2", null]'],
  [[1, 2, 3, 4, 5], "an array of 5"],
  [new Uint8Array(4), "a Uint8Array of 4"],
  [Promise.resolve(), "a promise (await it first)"],
  [new Map(), "a Map"],
  [{}, "an object"],
  [Object.create(null), "an object"],
  [() => 1, "a function"],
])("what a value is: %o", (value, text) => {
  expect(describe(value)).toBe(text);
});

group("kinds", () => {
  const values: readonly (readonly [kind: Kind, fine: readonly unknown[], wrong: readonly unknown[]])[] = [
    [checks.finite, [0, -1.5], [Number.NaN, 1 / 0, "1", 1n, null, undefined]],
    [checks.positive, [0.5], [0, -1, Number.NaN, "1"]],
    [checks.notNegative, [0, 0.5], [-1, Number.NaN, "1"]],
    [checks.count, [1, 7], [0, -1, 1.5, "1", true]],
    [checks.whole, [0, 7], [-1, 1.5, "1", true]],
    [checks.flag, [true, false], [0, "true", null]],
    [checks.text, ["", "x"], [0, null, ["x"]]],
    [checks.callback, [() => 1], [{}, "x"]],
    [checks.object, [{}, new Map()], [[], new Uint8Array(1), null, "x", Promise.resolve()]],
    [checks.list, [[], [1]], [new Uint8Array(1), "x", { length: 1 }]],
    [
      checks.numbers,
      [[], [1, -2.5], new Float64Array(2)],
      [[1, "2"], [Number.NaN], "12", new BigInt64Array(1), new Array(2)],
    ],
    [checks.shape, [[], [2, 3], Uint32Array.of(2)], [[0], [-1], [1.5], ["2"], 2]],
    [checks.instanceOf("a map", Map), [new Map()], [{}, null]],
  ];
  test.each(values)("%o", (kind, fine, wrong) => {
    expect(fine.filter((value) => !kind.is(value))).toEqual([]);
    expect(wrong.filter((value) => kind.is(value))).toEqual([]);
  });

  test("are told with the value and what is wanted", () => {
    expect(() => assertKind("linear", "outputs", "3", checks.count)).toThrow(
      /^linear: outputs is "3"; give a whole number of at least 1\.$/,
    );
  });

  test("of options: left out ones pass, needed ones don't", () => {
    const kinds = { steps: needed(checks.count), reportEvery: checks.count };
    expect(() => assertKeys<Options>("train", { steps: 1, reportEvery: undefined }, kinds)).not.toThrow();
    expect(() => assertKeys<Options>("train", { reportEvery: 1 }, kinds)).toThrow(/steps is undefined; give a whole/);
    expect(() => assertKeys<Options>("train", { steps: 1, reportEvery: "2" }, kinds)).toThrow(/reportEvery is "2"/);
  });
});

test("an array that holds itself is described", () => {
  const own: unknown[] = [1];
  own.push(own);
  expect(describe(own)).toMatch(/^\[1, \[1, \[1, an array of 2\]\]\]$/);
});
