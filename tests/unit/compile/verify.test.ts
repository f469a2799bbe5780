/** Every rule between the passes of the compiler fires on what breaks it, and names the node. */
import { describe, expect, test } from "vitest";
import { rewrite } from "../../../src/compile/lower/rewrite.ts";
import { type Places, planPlaces } from "../../../src/compile/places/places.ts";
import type { Cluster } from "../../../src/compile/schedule/cluster.ts";
import { type Schedule, schedule } from "../../../src/compile/schedule/schedule.ts";
import type { Sink } from "../../../src/compile/sinks.ts";
import type { Rule } from "../../../src/compile/verify/broken_rule.ts";
import { verifyKernels } from "../../../src/compile/verify/kernel_rules.ts";
import { verifyLowered } from "../../../src/compile/verify/lowered_rules.ts";
import { verifyPlaces } from "../../../src/compile/verify/place_rules.ts";
import { verifySchedule } from "../../../src/compile/verify/schedule_rules.ts";
import type { Node } from "../../../src/graph/node.ts";
import { concat } from "../../../src/graph/primitives/slice_pad.ts";
import { Tensor } from "../../../src/tensor/tensor.ts";
import { compile, fakeState, leaf, output, update } from "./graphs.ts";

const maxBindings = 8;
const [x, w] = [leaf("x", [8, 8]), leaf("w", [8, 8])];

/** A schedule and its places, as the compiler makes them. */
function planned(sinks: readonly Sink[]): { schedule: Schedule; memory: Places } {
  const { roots } = rewrite(
    sinks.map(({ node }) => node),
    {},
  );
  const scheduled = schedule(
    sinks.map((sink, i) => ({ ...sink, node: roots[i]! })),
    { maxBindings, fuse: true, fewestLines: 32 },
  );
  return { schedule: scheduled, memory: planPlaces(scheduled, { isHalf: () => false, maxArenaBytes: undefined }) };
}

/** Two products one after the other, and what follows each: three dispatches, and values in an arena. */
const chain = () => planned([output(x.matmul(w).tanh().matmul(w).tanh().matmul(w))]);

/** A schedule in which a cluster is replaced, everywhere. */
function withCluster(before: Schedule, index: number, change: (cluster: Cluster) => Partial<Cluster>): Schedule {
  const changed = before.clusters.map((cluster) =>
    cluster.index === index ? { ...cluster, ...change(cluster) } : cluster,
  );
  const now = (cluster: Cluster) => changed[cluster.index]!;
  return {
    ...before,
    clusters: changed,
    clusterOf: new Map([...before.clusterOf].map(([node, cluster]) => [node, now(cluster)])),
    dispatches: before.dispatches.map((clusters) => clusters.map(now)),
    reads: (cluster) => before.reads(before.clusters[cluster.index]!),
  };
}

const withStored = (before: Schedule, change: Partial<Schedule["stored"]>): Schedule => ({
  ...before,
  stored: { ...before.stored, ...change },
});

/** A sum of each of many lines, and their elements less that, in the second loop of one kernel; with other loops for its nodes. */
function alongLines(change: (loops: readonly number[]) => readonly number[]): Schedule {
  const many = leaf("many", [64, 8]);
  const { schedule } = planned([output(many.sub(many.sum(1).reshape([64, 1])).tanh())]);
  const { index } = schedule.clusters.find(({ kind }) => kind === "lines")!;
  return withCluster(schedule, index, ({ lines }) => {
    const { loopOf } = lines!;
    const changed = change([...loopOf.values()]);
    return { lines: { ...lines!, loopOf: new Map([...loopOf.keys()].map((node, i) => [node, changed[i]!])) } };
  });
}

/** What breaks each rule. A record, so that a rule without one does not compile. */
const breaking: Readonly<Record<Rule, readonly (() => void)[]>> = {
  "inputs come before their users": [
    () => {
      const { node } = x.tanh();
      verifyLowered([{ ...node, inputs: [x.exp().node] }]);
    },
  ],
  "only kinds that kernels are made for are left": [() => verifyLowered([x.detach().node])],
  "operands have the shape that their kind asks for": [
    () => verifyLowered([{ ...x.add(w).node, shape: [8, 4] }]),
    () => verifyLowered([x.sum(1).node]),
    () => verifyLowered([x.matmul(leaf("column", [8, 1])).node]),
  ],
  "a piece has one place, and a kernel that computes it": [
    () => verifyLowered([concat([x.tanh().node, x.tanh().node], 0)]),
    () => verifyLowered([concat([x.tanh().node, x.flip(0).node], 0)]),
  ],
  "what a loop computes, a product reads or a sink wants is stored": [
    () => {
      const { schedule } = chain();
      const [first] = [...schedule.stored.materialised];
      verifySchedule(withStored(schedule, { materialised: new Set([first!]) }), maxBindings);
    },
  ],
  "an expression reads no more buffers than a kernel may bind": [
    () => {
      const leaves = Array.from({ length: 6 }, (_, i) => leaf(`x${i}`, [8]));
      const { schedule } = planned([output(leaves.reduce((sum, next) => sum.add(next)))]);
      verifySchedule(schedule, 5);
    },
  ],
  "an expression has no more statements than a compiler takes": [
    () => {
      let value = x;
      for (let i = 0; i < 2500; i++) value = value.add(w);
      const { schedule } = planned([output(value)]);
      const materialised = new Set([value.node]);
      const few = planned([output(x.add(w))]).schedule.stored;
      const loads = () => few.loads(x.add(w).node);
      const isStored = (node: Node) => materialised.has(node) || node === x.node || node === w.node;
      verifySchedule(withStored(schedule, { materialised, isStored, loads }), maxBindings);
    },
  ],
  "what is stored is computed by one cluster": [
    () => {
      const { schedule } = chain();
      verifySchedule({ ...schedule, clusters: schedule.clusters.slice(1) }, maxBindings);
    },
    () => {
      const { schedule } = chain();
      verifySchedule({ ...schedule, clusters: [...schedule.clusters, schedule.clusters[0]!] }, maxBindings);
    },
  ],
  "a cluster has the loop of its kind": [
    () =>
      verifySchedule(
        withCluster(chain().schedule, 0, () => ({ kind: "reduce" })),
        maxBindings,
      ),
    () =>
      verifySchedule(
        withCluster(chain().schedule, 0, ({ roots, members }) => ({ roots: [], members: [...roots, ...members] })),
        maxBindings,
      ),
  ],
  "a cluster's nodes have its size": [
    () =>
      verifySchedule(
        withCluster(chain().schedule, 0, () => ({ size: 32 })),
        maxBindings,
      ),
  ],
  "what a cluster reads is stored, or computed by it before, element by element": [
    () => {
      const y = x.matmul(w).tanh();
      const { schedule } = planned([output(y), output(y.exp())]);
      const reversed = withCluster(schedule, 0, ({ members }) => ({ members: [...members].reverse() }));
      verifySchedule(reversed, maxBindings);
    },
    () => {
      const { schedule } = chain();
      const { isStored } = schedule.stored;
      verifySchedule(withStored(schedule, { isStored: (node) => node !== x.node && isStored(node) }), maxBindings);
    },
  ],
  "a loop along lines needs the same elements, and totals of loops before it": [
    () =>
      verifySchedule(
        alongLines((loops) => loops.map(() => 0)),
        maxBindings,
      ),
    () =>
      verifySchedule(
        alongLines((loops) => loops.map((loop) => 1 - loop)),
        maxBindings,
      ),
  ],
  "a cluster is in one dispatch": [
    () => {
      const { schedule } = chain();
      verifySchedule({ ...schedule, dispatches: schedule.dispatches.slice(1) }, maxBindings);
    },
    () => {
      const { schedule } = chain();
      verifySchedule({ ...schedule, dispatches: [...schedule.dispatches, schedule.dispatches[0]!] }, maxBindings);
    },
  ],
  "no dispatch reads what a later one writes": [
    () => {
      const { schedule } = chain();
      verifySchedule({ ...schedule, dispatches: [...schedule.dispatches].reverse() }, maxBindings);
    },
    () => {
      const { schedule } = chain();
      verifySchedule({ ...schedule, dispatches: [schedule.clusters] }, maxBindings);
    },
  ],
  "no dispatch reads an old value that an earlier one, or itself, has overwritten": [
    () => {
      const { state, value } = fakeState("theta", [8, 8]);
      const { schedule } = planned([output(value.flip(0).matmul(w)), update(state, value.mul(2))]);
      verifySchedule({ ...schedule, dispatches: [schedule.clusters] }, maxBindings);
    },
    () => {
      const { state, value } = fakeState("theta", [8, 8]);
      const { schedule } = planned([update(state, value.flip(0))]);
      const sinks = schedule.sinks.map((sink) => ({ ...sink, node: sink.node.inputs[0]! }));
      verifySchedule({ ...schedule, sinks }, maxBindings);
    },
    () => {
      const [table, row] = [fakeState("table", [4, 1]), fakeState("row", [], "u32")];
      const record = { kind: "record", table: table.state, row: row.state, column: 0, node: x.sum().node } as const;
      const { schedule } = planned([record, update(row.state, leaf("next", []).cast("u32"))]);
      verifySchedule({ ...schedule, dispatches: [schedule.clusters] }, maxBindings);
    },
  ],
  "a place lies inside its buffer, and begins where a binding can": [
    () => {
      const { schedule, memory } = chain();
      verifyPlaces(schedule, { ...memory, arenas: memory.arenas.map(() => 4) });
    },
    () => {
      const { schedule, memory } = chain();
      const locate = (node: Node) => ({ ...memory.locate(node), offset: 1 });
      verifyPlaces(schedule, { ...memory, locate, arenas: [4096], outputs: [4096] });
    },
    () => {
      const [kernel] = compile([output(x.tanh())]).kernels;
      verifyKernels([{ ...kernel!, bindings: [{ ...kernel!.bindings[0]!, offset: 4 }] }], maxBindings);
    },
  ],
  "a piece lies in its whole": [
    () => {
      const parts = [x.tanh(), w.exp()];
      const { schedule, memory } = planned([output(Tensor.concat(parts))]);
      const locate = (node: Node) => memory.locate(node === parts[1]!.node ? parts[0]!.node : node);
      verifyPlaces(schedule, { ...memory, locate });
    },
  ],
  "nothing that lives at once overlaps, unless one takes the other's place": [
    () => {
      const { schedule, memory } = chain();
      // The second product's loop reads the first one's result.
      verifyPlaces(schedule, { ...memory, locate: (node) => ({ ...memory.locate(node), offset: 0 }) });
    },
  ],
  "a kernel binds no more than the adapter allows": [() => verifyKernels(compile([output(x.add(w))]).kernels, 2)],
  "bindings of a buffer agree, and none that is written overlaps another": [
    () => {
      const [kernel] = compile([output(x.add(w))]).kernels;
      const bindings = kernel!.bindings.map((binding) => ({ ...binding, buffer: kernel!.bindings[0]!.buffer }));
      verifyKernels([{ ...kernel!, bindings }], maxBindings);
    },
  ],
};

describe("the rule", () => {
  test.each(Object.entries(breaking))("%s", (rule, cases) => {
    for (const breakIt of cases) {
      expect(breakIt).toThrow(`the rule "${rule}" is broken by `);
      expect(breakIt).toThrow(/: a fault of Saddlepoint/);
    }
  });

  test("is named with the node as a person would write it", () => {
    const { node } = x.detach();
    expect(() => verifyLowered([node])).toThrow(
      `Compiler: the rule "only kinds that kernels are made for are left" is broken by %${node.id} = ` +
        `detach(%${x.node.id}) f32[8,8]: it is of the kind identity: a fault of Saddlepoint; please report it.`,
    );
  });
});

test("what the compiler makes breaks none", () => {
  const { state, value } = fakeState("theta", [8, 8]);
  const sinks = [
    output(x.matmul(w).tanh()),
    update(state, value.sub(x.matmul(w).mul(0.1))),
    output(value.flip(0).sum()),
  ];
  const { schedule, memory } = planned(sinks);
  verifySchedule(schedule, maxBindings);
  verifyPlaces(schedule, memory);
  verifyKernels(compile(sinks).kernels, maxBindings);
});
