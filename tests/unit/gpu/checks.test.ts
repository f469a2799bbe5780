import { expect, describe as group, test } from "vitest";
import { assertKeys, describe, nearest, unknownName } from "../../../src/gpu/checks.ts";
import { OptionError } from "../../../src/gpu/errors.ts";

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
    [[3], /the options are an array of 1/],
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
  [[1, 2], "an array of 2"],
  [new Uint8Array(4), "a Uint8Array of 4"],
  [Promise.resolve(), "a promise (await it first)"],
  [new Map(), "a Map"],
  [{}, "an object"],
  [Object.create(null), "an object"],
  [() => 1, "a function"],
])("what a value is: %o", (value, text) => {
  expect(describe(value)).toBe(text);
});
