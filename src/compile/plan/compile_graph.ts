import { at } from "../../errors/at.ts";
import type { Extra } from "../../errors/extra.ts";
import type { Node } from "../../graph/node.ts";
import { copy } from "../../graph/primitives/elementwise_bits.ts";
import { isAssembled } from "../assembled.ts";
import { costsOn } from "../cost_model.ts";
import { type DeviceTraits, leastDevice } from "../device_traits.ts";
import { emitKernels } from "../emit/emit_kernel.ts";
import type { ClusterContext, Kernel, Target } from "../emit/kernel.ts";
import { type ChooseForm, firstForm } from "../gemm/gemm_forms.ts";
import { type HalfPrecision, rewrite } from "../lower/rewrite.ts";
import { type Location, planPlaces } from "../places/places.ts";
import { isLeaf } from "../schedule/loads.ts";
import { schedule } from "../schedule/schedule.ts";
import { type Sink, sinksByNode } from "../sinks.ts";
import type { Verifier } from "../verify/verify.ts";

export interface CompileOptions {
  /** Storage buffers that one kernel may bind on this adapter. */
  readonly maxBindings: number;
  /** The device that kernels are made for; without it, one that can do the least. */
  readonly target?: DeviceTraits;
  /** Chooses how the tiles of a matrix product are computed, of candidates in the order of a guess; by default the first. */
  readonly chooseForm?: ChooseForm;
  /** Keeps values between kernels as f16. The device must have shader-f16. */
  readonly halfPrecision?: HalfPrecision;
  /** False gives every operation a kernel of its own; for checking fusion, not for speed. */
  readonly fuse?: boolean;
  /** Looks at what each pass leaves to the next. @throws SaddlepointError where it breaks a rule. */
  readonly verify?: Verifier | undefined;
  /** Bytes of the largest buffer that a kernel may bind on this adapter; no limit by default. */
  readonly maxBufferBytes?: number;
}

/** What `verify` may be. */
export const extraVerifier: Extra<Verifier> = { entry: "verify" };

/** A graph as kernels over buffers that are not yet there: what `Plan` makes runnable, and eager evaluation caches. */
export interface CompiledGraph {
  readonly kernels: readonly Kernel[];
  /** Bytes of each arena of values that live only while the plan runs: usually one. */
  readonly arenas: readonly number[];
  /** Bytes of each buffer that keeps outputs. */
  readonly outputBytes: readonly number[];
  /** Leaves that the host fills before a run, in the order of their buffers. */
  readonly feeds: readonly Node[];
  /** Where each output sink's value lies after a run, in the order of the sinks. */
  readonly outputs: readonly Location[];
  /** Bytes of the values in the arenas that are alive at once, at the worst dispatch. */
  readonly memoryLowerBound: number;
}

/** Lowers, schedules, plans places in memory, and emits WGSL. Pure: nothing is created on the GPU. */
export function compileGraph(sinks: readonly Sink[], options: CompileOptions): CompiledGraph {
  const { roots, halves } = rewrite(
    sinks.map((sink) => sink.node),
    options,
  );
  const lowered = sinks.map((sink, i): Sink => {
    const node = at(roots, i);
    // No kernel computes a leaf, and several do what is assembled, of which a record is written by one.
    const isOfOne = !isLeaf(node) && !(sink.kind === "record" && isAssembled(node));
    return { ...sink, node: isOfOne ? node : copy(node) };
  });
  const { verify, maxBindings, fuse = true, target = leastDevice, chooseForm = firstForm, maxBufferBytes } = options;
  verify?.lowered(lowered.map(({ node }) => node));
  const scheduled = schedule(lowered, { maxBindings, fuse, fewestLines: costsOn(target).fewestLines });
  verify?.scheduled(scheduled, maxBindings);
  const wanted = new Set(scheduled.sinks.map((sink) => sink.node));
  const asHalves = halves(scheduled.stored.materialised, wanted);
  const places = planPlaces(scheduled, {
    isHalf: (node) => asHalves.has(node),
    maxArenaBytes: maxBufferBytes || undefined,
  });
  verify?.placed(scheduled, places);
  const sinksOf = sinksByNode(scheduled.sinks);
  const context: ClusterContext = {
    isStored: scheduled.stored.isStored,
    locate: places.locate,
    targets: (node) => targetsOf(node, sinksOf.get(node) ?? [], places.locate, scheduled.readElsewhere.has(node)),
    reads: (cluster) => [...scheduled.reads(cluster)].map(places.locate),
    maxBindings,
    target,
    chooseForm,
  };
  const kernels = scheduled.dispatches.flatMap((clusters) => emitKernels(clusters, context));
  verify?.emitted(kernels, maxBindings);
  return {
    kernels,
    arenas: places.arenas,
    outputBytes: places.outputs,
    feeds: places.feeds,
    outputs: scheduled.sinks.flatMap((sink) => (sink.kind === "output" ? [places.locate(sink.node)] : [])),
    memoryLowerBound: places.lowerBound,
  };
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
