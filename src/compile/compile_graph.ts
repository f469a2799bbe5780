import type { Node } from "../graph/node.ts";
import { copy } from "../graph/primitives/elementwise.ts";
import { byteSize } from "../graph/shape.ts";
import type { Cluster } from "./cluster.ts";
import { emitKernels } from "./emit_kernel.ts";
import type { Kernel, Target } from "./kernel.ts";
import { isAssembled, lower, withoutReshapes } from "./lower.ts";
import { type BufferReference, type Location, planMemory } from "./memory.ts";
import { Scheduler } from "./schedule.ts";
import { readSignsFromOutputs } from "./signs.ts";
import type { Sink } from "./sinks.ts";

export interface CompileOptions {
  /** Storage buffers that one kernel may bind on this adapter. */
  readonly maxBindings: number;
  /** False gives every operation a kernel of its own; for checking fusion, not for speed. */
  readonly fuse?: boolean;
}

/** A graph as kernels over buffers that are not yet there: what `Plan` makes runnable, and eager evaluation caches. */
export interface CompiledGraph {
  readonly kernels: readonly Kernel[];
  /** Bytes of each buffer that holds values between kernels. */
  readonly slots: readonly number[];
  /** Leaves that the host fills before a run, in the order of their buffers. */
  readonly feeds: readonly Node[];
  /** Where each output sink's value lies after a run, in the order of the sinks. */
  readonly outputs: readonly Location[];
  /** Least bytes that any memory plan for these kernels needs between kernels. */
  readonly memoryLowerBound: number;
}

/** Lowers, schedules, plans memory, and emits WGSL. Pure: nothing is created on the GPU. */
export function compileGraph(sinks: readonly Sink[], options: CompileOptions): CompiledGraph {
  const lowered = lower(sinks.map((sink) => sink.node));
  const signed = readSignsFromOutputs(sinks.map((sink) => lowered.get(sink.node) as Node));
  const places = sinks.map((sink): Sink => {
    const node = signed.get(lowered.get(sink.node) as Node) as Node;
    return { ...sink, node: node.op.lowering.kind === "leaf" ? copy(node) : node };
  });
  const scheduler = new Scheduler(places, { maxBindings: options.maxBindings, fuse: options.fuse ?? true });
  const schedule = scheduler.schedule();
  const loads = new Map<Cluster, ReadonlySet<Node>>();
  for (const cluster of schedule.dispatches.flat()) loads.set(cluster, externalLoads(cluster, scheduler));
  const memory = planMemory(schedule, (cluster) => loads.get(cluster) as ReadonlySet<Node>);

  const readElsewhere = new Set<Node>();
  for (const set of loads.values()) for (const node of set) addWithParts(node, readElsewhere);
  for (const sink of schedule.sinks) if (sink.kind === "output") addWithParts(sink.node, readElsewhere);

  const sizeOf = (buffer: BufferReference): number => {
    if (buffer.kind === "slot") return memory.slots[buffer.slot] as number;
    const { shape, dtype } = buffer.kind === "state" ? buffer.state : (memory.feeds[buffer.feed] as Node);
    return byteSize(shape, dtype);
  };
  const context = {
    isStored: (node: Node) => scheduler.isStored(node),
    locate: memory.locate,
    targets: (node: Node) => targetsOf(node, schedule.sinks, memory.locate, readElsewhere.has(node)),
    reads: (cluster: Cluster) => [...(loads.get(cluster) as ReadonlySet<Node>)].map(memory.locate),
    sizeOf,
    maxBindings: options.maxBindings,
  };
  return {
    kernels: schedule.dispatches.flatMap((clusters) => emitKernels(clusters, context)),
    slots: memory.slots,
    feeds: memory.feeds,
    outputs: schedule.sinks.flatMap((sink) => (sink.kind === "output" ? [memory.locate(sink.node)] : [])),
    memoryLowerBound: memory.lowerBound,
  };
}

/** Stored nodes that a kernel reads from memory: what its nodes load and it does not compute itself. */
function externalLoads(cluster: Cluster, scheduler: Scheduler): Set<Node> {
  const own = new Set([...cluster.roots, ...cluster.members]);
  const loads = new Set<Node>();
  for (const node of own) {
    for (const stored of scheduler.loads(node).keys()) if (!own.has(stored)) loads.add(stored);
  }
  return loads;
}

function addWithParts(node: Node, set: Set<Node>): void {
  set.add(node);
  if (isAssembled(node)) for (const part of node.inputs) addWithParts(withoutReshapes(part), set);
}

/** All places that a kernel writes a node to. */
function targetsOf(
  node: Node,
  sinks: readonly Sink[],
  locate: (node: Node) => Location,
  isReadElsewhere: boolean,
): Target[] {
  const targets: Target[] = [];
  const seen = new Set<string>();
  const add = (location: Location) => {
    const { buffer } = location;
    const key = JSON.stringify([buffer.kind === "state" ? buffer.state.id : buffer, buffer.kind, location.offset]);
    if (!seen.has(key)) targets.push({ kind: "location", location });
    seen.add(key);
  };
  if (isReadElsewhere) add(locate(node));
  for (const sink of sinks) {
    if (sink.node !== node) continue;
    if (sink.kind === "update") {
      const size = locate(node).size;
      add({ buffer: { kind: "state", state: sink.state }, offset: 0, size, dtype: node.dtype });
    }
    if (sink.kind === "record") {
      targets.push({ kind: "record", table: sink.table, row: sink.row, column: sink.column });
    }
  }
  return targets;
}
