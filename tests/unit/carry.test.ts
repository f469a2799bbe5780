/** What lasts from step to step: declared by being used, of one shape, fixed once the steps are made. */
import { beforeEach, describe, expect, test } from "vitest";
import { CarryStore } from "../../src/engine/carry.ts";
import type { Engine } from "../../src/engine/engine.ts";
import { OptionError } from "../../src/errors/errors.ts";
import { collect } from "../../src/graph/node.ts";
import { constantValue } from "../../src/graph/primitives/leaf.ts";
import type { DType, Shape } from "../../src/graph/shape.ts";
import { Tensor } from "../../src/tensor/tensor.ts";
import { fakeState } from "./compile/graphs.ts";

/** What was written to the states of an engine without a GPU, and which of them were given back. */
const written = new Map<string, readonly number[]>();
const destroyed: string[] = [];

const parts = {
  state: (label: string, shape: Shape, dtype?: DType) =>
    Object.assign(fakeState(label, shape, dtype).state, {
      write: (values: Float32Array) => written.set(label, [...values]),
      destroy: () => destroyed.push(label),
    }),
  read: ({ node }: Tensor) => new Tensor(node),
};
const engine = parts as unknown as Engine;

let store: CarryStore;
beforeEach(() => {
  written.clear();
  destroyed.length = 0;
  store = new CarryStore(engine);
});

const paths = () => [...store.states.keys()];

describe("a value", () => {
  test("is declared by being read: a scalar of zero, if nothing is said", () => {
    const mean = store.step().read("mean");
    expect(mean.shape).toEqual([]);
    expect(paths()).toEqual(["mean"]);
    // States begin as zeros.
    expect(written).toEqual(new Map());
  });

  test("begins as it is declared, in every element", () => {
    expect(store.step().read("level", [2, 2], 0.5).shape).toEqual([2, 2]);
    expect(written.get("level")).toEqual([0.5, 0.5, 0.5, 0.5]);
  });

  test("is declared by being kept, in the shape of what is kept", () => {
    const step = store.step();
    step.keep("samples", Tensor.full([3, 2], 1));
    expect(store.states.get("samples")?.shape).toEqual([3, 2]);
    expect(step.updates).toHaveLength(1);
  });

  test("is one state for all steps", () => {
    const [first, second] = [store.step().read("mean"), store.step().read("mean")];
    expect(first.node).toBe(second.node);
    expect(paths()).toEqual(["mean"]);
  });

  test.each<[string, Shape, DType]>([
    ["shape", [3], "f32"],
    ["rank", [2, 1], "f32"],
    ["type", [2], "u32"],
  ])("of another %s is refused", (_, shape, dtype) => {
    store.step().read("mean", [2]);
    const sentence = `Carry: "mean" is f32[2], and was asked for as ${dtype}[${shape.join(", ")}]; give one of the two`;
    expect(() => store.state("mean", { shape, dtype })).toThrow(OptionError);
    expect(() => store.state("mean", { shape, dtype })).toThrow(sentence);
    if (dtype === "f32") expect(() => store.step().read("mean", shape)).toThrow(sentence);
  });

  test("that is taken in from elsewhere has a path of its own", () => {
    const { state } = fakeState("weights", [4]);
    expect(store.adopt("networks/weights", state)).toBe(state);
    expect(store.states.get("networks/weights")).toBe(state);
    expect(() => store.adopt("networks/weights", state)).toThrow('Carry: there is a "networks/weights" already');
  });
});

describe("within a step", () => {
  test("what is kept is read from then on, and is the one update", () => {
    const step = store.step();
    const before = step.read("mean");
    step.keep("mean", before.add(1));
    const between = step.read("mean");
    step.keep("mean", between.mul(2));
    expect(between.node).not.toBe(before.node);
    expect(step.updates.map(([state, value]) => [state.label, value.node])).toEqual([["mean", step.read("mean").node]]);
    // The next one begins with the state itself.
    expect(store.step().read("mean").node).toBe(before.node);
  });

  test("nothing that is only read is written", () => {
    const step = store.step();
    step.read("mean");
    expect(step.updates).toEqual([]);
  });

  test("no gradient flows through what is kept, which takes the shape that it is read in", () => {
    const step = store.step();
    const before = step.read("pair", [2]);
    step.keep("pair", before.mul(2).reshape([1, 2]));
    const kept = step.read("pair", [2]);
    expect(kept.shape).toEqual([2]);
    expect(collect([kept.node]).map(({ op }) => op.name)).toContain("detach");
  });
});

describe("the part of an owner", () => {
  test("has names of its own, and parts within", () => {
    const step = store.step();
    const loss = step.at("loss");
    loss.keep("mean", loss.read("mean").add(1));
    loss.at("began").read("k", [], 0.25);
    step.at("play").read("mean");
    expect(paths()).toEqual(["loss/mean", "loss/began/k", "play/mean"]);
    expect(written.get("loss/began/k")).toEqual([0.25]);
    // Two views of one part see the same.
    expect(step.at("loss").read("mean").node).toBe(step.read("loss/mean").node);
    expect(step.read("loss/mean").node).not.toBe(step.read("play/mean").node);
    expect(step.updates.map(([{ label }]) => label)).toEqual(["loss/mean"]);
  });
});

describe("once it is sealed", () => {
  test("what no step has declared counts as it is at first, and is not kept", () => {
    store.step().read("known", [2]);
    store.seal();
    const step = store.step();
    const late = step.read("late", [3], 0.5);
    expect(constantValue(late.node) ?? constantValue(late.node.inputs[0]!)).toBe(0.5);
    expect(late.shape).toEqual([3]);
    step.keep("late", Tensor.full([3], 2));
    step.keep("later", Tensor.full([3], 2));
    expect(step.updates).toEqual([]);
    expect(paths()).toEqual(["known"]);
    // What is known goes on.
    step.keep("known", step.read("known", [2]).add(1));
    expect(step.updates).toHaveLength(1);
    expect(() => step.read("known", [3])).toThrow(OptionError);
  });
});

test("all that lasts is given back at once", () => {
  store.step().read("a");
  store.step().read("b");
  store.dispose();
  expect(destroyed).toEqual(["a", "b"]);
});
