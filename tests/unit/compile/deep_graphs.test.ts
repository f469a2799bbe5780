/**
 * Graphs of many thousand nodes, deep and wide: they compile without recursion over nodes, in a time that grows with their
 * size, to kernels of bounded size.
 */
import { expect, test } from "vitest";
import { explain } from "../../../src/compile/plan/explain.ts";
import { grad, Tensor } from "../../../src/index.ts";
import { evaluate } from "../../reference/reference.ts";
import { compile, leaf, output } from "./graphs.ts";

const [x, y] = [leaf("x", [8]), leaf("y", [8])];
type Step = (value: Tensor, i: number) => Tensor;

function chain(count: number, step: Step, start = x): Tensor {
  let value = start;
  for (let i = 0; i < count; i++) value = step(value, i);
  return value;
}

const mixed: Step = (t, i) =>
  [t.tanh(), t.add(i), t.mul(y), t.sigmoid(), t.sub(0.5), t.sin(), t.maximum(y)][i % 7] as Tensor;
const views: Step = (t, i) => (i % 2 ? t.reshape([2, 4]).flip(1).reshape([8]) : t.flip(0));
const each = (count: number, make: (i: number) => Tensor) => Array.from({ length: count }, (_, i) => make(i));

const graphs: Readonly<Record<string, (count: number) => readonly Tensor[]>> = {
  "a chain of sums": (count) => [chain(count, (t) => t.add(y))],
  "a chain of doublings": (count) => [chain(count, (t) => t.add(t))],
  "a chain of different operations": (count) => [chain(count, mixed)],
  "a chain whose values are used twice": (count) => [chain(count / 2, (t) => t.sin().mul(t))],
  "a chain of views": (count) => [chain(count / 2, views)],
  "a chain of pads": (count) => [chain(count / 3, (t, i) => t.slice([i % 2], [7]).pad([1 - (i % 2)], [i % 2]))],
  "concatenations of slices": (count) => [
    chain(
      count / 4,
      (t, i) => Tensor.concat([t.slice([0, 0], [2, 2]), y.reshape([2, 4]).slice([0, i % 2], [2, 2])], 1),
      x.reshape([2, 4]),
    ),
  ],
  "the gradient of a chain": (count) => [grad((a: Tensor) => chain(count / 4, mixed, a).sum())(x)],
  "sums of as many leaves": (count) => [chain(count / 2, (t, i) => t.add(leaf(`leaf ${i}`, [8])))],
  "as many results of one leaf": (count) => each(count / 2, (i) => x.mul(i + 2)),
  "a concatenation of as many parts": (count) => [Tensor.concat(each(count / 2, (i) => x.mul(i)))],
  "a concatenation of one part, as many times": (count) => [Tensor.concat(each(count, () => x))],
  "a concatenation of as many parts along the last axis": (count) => [
    Tensor.concat(
      each(count / 4, (i) => x.mul(i).reshape([2, 4])),
      1,
    ),
  ],
};

test.each(Object.entries(graphs))("%s: 20,000 nodes", (_, build) => {
  const graph = compile(build(20_000).map(output), 10);
  for (const { bindings, source } of graph.kernels) {
    expect(bindings.length).toBeLessThanOrEqual(10);
    expect(source.length).toBeLessThan(2 ** 17);
  }
  expect(explain("deep", graph).kernels).toHaveLength(graph.kernels.length);
});

/** Each of these nodes takes a kernel of its own, which is some work. */
const ofKernels: typeof graphs = {
  "nested concatenations": (count) => [chain(count, (t) => Tensor.concat([t, leaf("a", [1])]), leaf("a", [1]))],
  "reductions of reductions": (count) => [chain(count / 2, (t) => t.sub(t.sum()))],
  "products of products": (count) => [
    chain(count, (t) => t.matmul(y.reshape([4, 2]).matmul(x.reshape([2, 4]))), x.reshape([2, 4])),
  ],
};

test.each(Object.entries(ofKernels))("%s: 3,000 kernels", (_, build) => {
  expect(compile(build(3000).map(output), 10).kernels.length).toBeGreaterThan(1000);
});

test("3,000 different operations without fusion are as many kernels", () => {
  expect(compile([output(chain(3000, mixed))], 10, false).kernels).toHaveLength(3000);
});

test("twice the graph takes about twice the time", () => {
  const milliseconds = (count: number) => {
    const sinks = [
      output(chain(count, mixed)),
      output(chain(count, views)),
      ...each(count / 4, (i) => x.div(i + 2)).map(output),
    ];
    const started = performance.now();
    compile(sinks, 10);
    return performance.now() - started;
  };
  milliseconds(1000);
  const [once, fourTimes] = [milliseconds(3000), milliseconds(12_000)];
  // Four times, or sixteen if it were quadratic; other work on the machine may come between.
  expect(fourTimes).toBeLessThan(10 * once);
});

test("the reference has the values of a deep graph", () => {
  const [value] = evaluate([chain(5000, (t) => t.add(1), Tensor.scalar(0).broadcastTo([2]).add(0.5)).node]);
  expect([...value!]).toEqual([5000.5, 5000.5]);
});
