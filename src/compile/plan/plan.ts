import { at } from "../../errors/at.ts";
import { DataError, OptionError } from "../../errors/errors.ts";
import { type Extra, partOf } from "../../errors/extra.ts";
import type { BufferPool } from "../../gpu/buffer_pool.ts";
import { maxWorkgroupsPerDimension } from "../../gpu/constants.ts";
import type { Device } from "../../gpu/device.ts";
import type { PipelineCache } from "../../gpu/pipelines.ts";
import type { Readback } from "../../gpu/readback.ts";
import type { ArenaLease, SharedArenas } from "../../gpu/shared_arenas.ts";
import { type Numbers, toElements } from "../../graph/elements.ts";
import { nodeSize } from "../../graph/node.ts";
import { byteSize, formatShape, type TypedArray } from "../../graph/shape.ts";
import type { BufferReference } from "../places/places.ts";
import type { State } from "../state.ts";
import type { CompiledGraph } from "./compile_graph.ts";
import type { Explanation, explain } from "./explain.ts";
import { Loop } from "./loop.ts";
import type { memoryOf, PlanMemory } from "./plan_memory.ts";
import type { profile } from "./profile.ts";

/** What a plan needs from the engine. */
export interface PlanContext {
  readonly device: Device;
  readonly pipelines: PipelineCache;
  readonly pool: BufferPool;
  readonly arenas: SharedArenas;
  readonly readback: Readback;
}

/** What looks into plans. */
export interface Insight {
  readonly explain: typeof explain;
  readonly memoryOf: typeof memoryOf;
  readonly profile: typeof profile;
}

export const extraInsight: Extra<Insight> = { entry: "explain" };

/** Reports how many of a plan's pipelines are ready. */
export type Progress = (done: number, total: number) => void;

export interface PlanOptions {
  readonly progress?: Progress | undefined;
  /** Ends the creation: it rejects with the signal's reason, and pipelines that are not being made yet are not made. */
  readonly signal?: AbortSignal | undefined;
  /** Its pipelines are made when nobody waits for others. */
  readonly background?: boolean | undefined;
}

interface Dispatch {
  readonly pipeline: GPUComputePipeline;
  readonly group: GPUBindGroup;
  readonly x: number;
  readonly y: number;
}

/**
 * A compiled graph with its buffers, pipelines and bind groups: a fixed list of dispatches. Running it creates nothing.
 */
export class Plan {
  readonly #context: PlanContext;
  readonly #lease: ArenaLease;
  readonly #arenas: readonly GPUBuffer[];
  readonly #outputs: readonly GPUBuffer[];
  readonly #feeds: readonly GPUBuffer[];
  readonly #dispatches: readonly Dispatch[];
  readonly #states: readonly State[];
  readonly #loop: Loop;
  #disposed = false;

  private constructor(
    readonly label: string,
    readonly graph: CompiledGraph,
    context: PlanContext,
    lease: ArenaLease,
    pipelines: readonly { pipeline: GPUComputePipeline; layout: GPUBindGroupLayout }[],
  ) {
    this.#context = context;
    this.#states = statesOf(graph);
    const { pool } = context;
    this.#lease = lease;
    this.#arenas = lease.buffers();
    const { outputs, feeds } = ownBuffers(label, graph);
    this.#outputs = outputs.map(([name, bytes]) => pool.acquire(name, bytes));
    this.#feeds = feeds.map(([name, bytes]) => pool.acquire(name, bytes));
    this.#loop = new Loop(context.device, context.readback, () => [{ plan: this, times: 1 }], {
      targetMilliseconds: 50,
    });
    this.#dispatches = graph.kernels.map((kernel, i) => {
      const { pipeline, layout } = at(pipelines, i);
      const entries = kernel.bindings.map(({ buffer, offset, size }, binding) => ({
        binding,
        resource: { buffer: this.#buffer(buffer), offset, size },
      }));
      const group = context.device.createBindGroup(layout, entries, `${label}: ${kernel.label}`);
      const y = Math.ceil(kernel.workgroups / maxWorkgroupsPerDimension);
      return { pipeline, group, x: Math.ceil(kernel.workgroups / y), y };
    });
  }

  /** Compiles all pipelines in parallel, then takes buffers and binds them. What it leases, plans made beside it share. */
  static async create(
    label: string,
    graph: CompiledGraph,
    context: PlanContext,
    { progress, signal, background }: PlanOptions = {},
  ): Promise<Plan> {
    for (const state of statesOf(graph)) state.assertUsable(context.device);
    // Before the kernels: an array that is too large for the adapter is too large for WGSL as well.
    const { outputs, feeds } = ownBuffers(label, graph);
    const arenas = graph.arenas.map((bytes) => [`${label}: values`, bytes] as const);
    for (const [name, bytes] of [...arenas, ...outputs, ...feeds]) context.device.assertFits(name, bytes);
    const lease = context.arenas.lease(graph.arenas);
    try {
      let done = 0;
      const total = graph.kernels.length;
      const pipelines = await Promise.all(
        graph.kernels.map(async (kernel) => {
          const access = kernel.bindings.map((binding) => binding.access);
          const request = { label: `${label}: ${kernel.label}`, signal, background };
          const pipeline = await context.pipelines.get(kernel.source, access, request);
          progress?.(++done, total);
          return pipeline;
        }),
      );
      signal?.throwIfAborted();
      for (const state of statesOf(graph)) state.assertUsable();
      return new Plan(label, graph, context, lease, pipelines);
    } catch (error) {
      lease.release();
      throw error;
    }
  }

  get dispatchCount(): number {
    return this.#dispatches.length;
  }

  /**
   * Fills the buffer of one of the graph's feeds, before whatever is submitted next. The array is the caller's again at once.
   *
   * @throws DataError for a feed that doesn't exist, another number of values, or numbers that its type can't hold.
   */
  feed(index: number, given: Numbers): void {
    this.#assertUsable();
    const node = this.graph.feeds[index];
    const where = `${this.label}: feed ${index}`;
    const values = toElements(where, given, node?.dtype ?? "f32");
    if (!node || values.length !== nodeSize(node)) {
      throw new DataError(
        `${where}: ${values.length} values given for ${node ? formatShape(node.shape) : `one of ${this.graph.feeds.length} feeds`}.`,
      );
    }
    this.#context.device.write(at(this.#feeds, index), 0, values);
  }

  /** Appends one run of the whole plan to a compute pass. */
  encode(pass: GPUComputePassEncoder): void {
    this.#assertUsable();
    for (const dispatch of this.#dispatches) encodeDispatch(pass, dispatch);
    this.#context.device.stats.dispatches += this.#dispatches.length;
  }

  /**
   * Runs the plan `steps` times and waits for the GPU to finish them. Nothing is read back.
   *
   * @throws OptionError unless `steps` is a whole number of at least 1.
   */
  async run(steps = 1): Promise<void> {
    if (!Number.isInteger(steps) || steps < 1) {
      throw new OptionError(`${this.label}: run(${steps}) asks for no steps; give a whole number of at least 1.`);
    }
    this.#assertUsable();
    await this.#loop.run(steps);
    await this.#loop.finished();
  }

  /** Runs the plan once and reads its outputs, in their order. */
  async runAndRead(): Promise<TypedArray[]> {
    this.#assertUsable();
    return decode(this, await this.#stage((pass) => this.encode(pass)));
  }

  /** The outputs as the last run left them, in their order. */
  async read(): Promise<TypedArray[]> {
    this.#assertUsable();
    return decode(this, await this.#stage());
  }

  /**
   * Milliseconds that each kernel takes on the GPU, in order: the least of `repeats` runs, which move the states on as any
   * run does.
   *
   * @throws OptionError if the adapter has no timestamps.
   */
  async profile(repeats = 5): Promise<Float64Array> {
    this.#assertUsable();
    const { profile } = partOf(extraInsight, "plan.profile()");
    const { device, readback } = this.#context;
    const encode = (pass: GPUComputePassEncoder, i: number) => encodeDispatch(pass, at(this.#dispatches, i));
    return profile(device, readback, this.#dispatches.length, encode, repeats);
  }

  /** Where an output's bytes are, for a readback. */
  outputRange(index: number): { buffer: GPUBuffer; offset: number; size: number } {
    this.#assertUsable();
    const location = at(this.graph.outputs, index);
    return { buffer: this.#buffer(location.buffer), offset: location.offset * 4, size: location.size * 4 };
  }

  /** The kernels, what is fused in them, and what they move; prints as a table. */
  explain(): Explanation {
    return partOf(extraInsight, "plan.explain()").explain(this.label, this.graph);
  }

  /** Bytes that the plan works on, by role. */
  memory(): PlanMemory {
    return partOf(extraInsight, "plan.memory()").memoryOf(this.graph);
  }

  /** The buffers that it took, by role; arenas are those of other plans too. States have their own. */
  get buffers(): {
    readonly arenas: readonly GPUBuffer[];
    readonly outputs: readonly GPUBuffer[];
    readonly feeds: readonly GPUBuffer[];
  } {
    return { arenas: this.#arenas, outputs: this.#outputs, feeds: this.#feeds };
  }

  /** Returns the buffers to the engine's pool. Waits for nothing: WebGPU keeps them until submitted work is done. */
  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#lease.release();
    for (const buffer of [...this.#outputs, ...this.#feeds]) this.#context.pool.release(buffer);
  }

  #stage(encode?: (pass: GPUComputePassEncoder) => void): Promise<ArrayBuffer[]> {
    const ranges = this.graph.outputs.map((_, i) => this.outputRange(i));
    return this.#context.readback.submitAndRead(`${this.label}: read`, ranges, (encoder) => {
      if (!encode) return;
      const pass = encoder.beginComputePass();
      encode(pass);
      pass.end();
    });
  }

  #assertUsable(): void {
    if (this.#disposed) throw new OptionError(`${this.label}: this plan was disposed; make a new one.`);
    for (const state of this.#states) state.assertUsable();
  }

  #buffer(reference: BufferReference): GPUBuffer {
    switch (reference.kind) {
      case "arena":
        return at(this.#arenas, reference.arena);
      case "output":
        return at(this.#outputs, reference.output);
      case "state":
        return reference.state.buffer;
      case "feed":
        return at(this.#feeds, reference.feed);
    }
  }
}

function encodeDispatch(pass: GPUComputePassEncoder, { pipeline, group, x, y }: Dispatch): void {
  pass.setPipeline(pipeline);
  pass.setBindGroup(0, group);
  pass.dispatchWorkgroups(x, y);
}

/** All that its kernels read and write. */
function statesOf({ kernels }: CompiledGraph): State[] {
  const buffers = kernels.flatMap(({ bindings }) => bindings.map(({ buffer }) => buffer));
  return [...new Set(buffers.flatMap((buffer) => (buffer.kind === "state" ? [buffer.state] : [])))];
}

/** Names and sizes in bytes of the buffers that a plan shares with no other. */
function ownBuffers(label: string, graph: CompiledGraph) {
  return {
    outputs: graph.outputBytes.map((bytes, i) => [`${label}: output ${i}`, bytes] as const),
    feeds: graph.feeds.map((node, i) => [`${label}: input ${i}`, byteSize(node.shape, node.dtype)] as const),
  };
}

/** Output bytes as arrays of their element types. */
export function decode(plan: Plan, buffers: readonly ArrayBuffer[]): TypedArray[] {
  return buffers.map((bytes, i) => {
    const { dtype } = at(plan.graph.outputs, i);
    if (dtype === "f32") return new Float32Array(bytes);
    return dtype === "i32" ? new Int32Array(bytes) : new Uint32Array(bytes);
  });
}
