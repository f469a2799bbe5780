import type { BufferPool } from "../gpu/buffer_pool.ts";
import { maxWorkgroupsPerDimension } from "../gpu/constants.ts";
import type { Device } from "../gpu/device.ts";
import { OptionError } from "../gpu/errors.ts";
import type { PipelineCache } from "../gpu/pipelines.ts";
import type { Readback, StagedRead } from "../gpu/readback.ts";
import { timeStretches } from "../gpu/timestamps.ts";
import { byteSize, type TypedArray } from "../graph/shape.ts";
import type { CompiledGraph } from "./compile_graph.ts";
import { type Explanation, explain } from "./explain.ts";
import { Loop } from "./loop.ts";
import type { BufferReference, Location } from "./memory.ts";

/** What a plan needs from the engine. */
export interface PlanContext {
  readonly device: Device;
  readonly pipelines: PipelineCache;
  readonly pool: BufferPool;
  readonly readback: Readback;
}

/** Reports how many of a plan's pipelines are ready. */
export type Progress = (done: number, total: number) => void;

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
  readonly #slots: readonly GPUBuffer[];
  readonly #feeds: readonly GPUBuffer[];
  readonly #dispatches: readonly Dispatch[];
  readonly #loop: Loop;
  #disposed = false;

  private constructor(
    readonly label: string,
    readonly graph: CompiledGraph,
    context: PlanContext,
    slots: readonly GPUBuffer[],
    feeds: readonly GPUBuffer[],
    pipelines: readonly { pipeline: GPUComputePipeline; layout: GPUBindGroupLayout }[],
  ) {
    this.#context = context;
    this.#slots = slots;
    this.#feeds = feeds;
    this.#loop = new Loop(context.device, context.readback, () => [{ plan: this, times: 1 }], {
      targetMilliseconds: 50,
    });
    this.#dispatches = graph.kernels.map((kernel, i) => {
      const { pipeline, layout } = pipelines[i] as { pipeline: GPUComputePipeline; layout: GPUBindGroupLayout };
      const entries = kernel.bindings.map(({ buffer, offset, size }, binding) => ({
        binding,
        resource: { buffer: this.#buffer(buffer), offset, size },
      }));
      const group = context.device.createBindGroup(layout, entries, `${label}: ${kernel.label}`);
      const y = Math.ceil(kernel.workgroups / maxWorkgroupsPerDimension);
      return { pipeline, group, x: Math.ceil(kernel.workgroups / y), y };
    });
  }

  /** Compiles all pipelines in parallel, then takes buffers and binds them. */
  static async create(label: string, graph: CompiledGraph, context: PlanContext, progress?: Progress): Promise<Plan> {
    const buffers = [
      ...graph.slots.map((bytes, i) => [`${label}: values ${i}`, bytes] as const),
      ...graph.feeds.map((node, i) => [`${label}: input ${i}`, byteSize(node.shape, node.dtype)] as const),
    ];
    // Before the kernels: an array that is too large for the adapter is too large for WGSL as well.
    for (const [name, bytes] of buffers) context.device.assertFits(name, bytes);
    let done = 0;
    const total = graph.kernels.length;
    const pipelines = await Promise.all(
      graph.kernels.map(async (kernel) => {
        const access = kernel.bindings.map((binding) => binding.access);
        const pipeline = await context.pipelines.get(kernel.source, access, `${label}: ${kernel.label}`);
        progress?.(++done, total);
        return pipeline;
      }),
    );
    const acquired = buffers.map(([name, bytes]) => context.pool.acquire(name, bytes));
    const slots = acquired.slice(0, graph.slots.length);
    return new Plan(label, graph, context, slots, acquired.slice(slots.length), pipelines);
  }

  get dispatchCount(): number {
    return this.#dispatches.length;
  }

  /** Fills the buffer of one of the graph's feeds, before whatever is submitted next. */
  feed(index: number, values: TypedArray): void {
    this.#context.device.write(this.#feeds[index] as GPUBuffer, 0, values);
  }

  /** Appends one run of the whole plan to a compute pass. */
  encode(pass: GPUComputePassEncoder): void {
    for (const { pipeline, group, x, y } of this.#dispatches) {
      pass.setPipeline(pipeline);
      pass.setBindGroup(0, group);
      pass.dispatchWorkgroups(x, y);
    }
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
    await this.#context.device.idle();
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
    const { device, readback } = this.#context;
    const count = this.#dispatches.length;
    const least = new Float64Array(count).fill(Number.POSITIVE_INFINITY);
    for (let run = 0; run < repeats; run++) {
      const times = await timeStretches(device, readback, count, (encoder, queries) =>
        this.#encodeTimed(encoder, queries),
      );
      times.forEach((time, i) => {
        least[i] = Math.min(least[i] as number, time);
      });
    }
    return least;
  }

  /** As `encode`, each dispatch in a pass of its own with timestamps at both ends: queries 2i and 2i + 1 for kernel i. */
  #encodeTimed(encoder: GPUCommandEncoder, queries: GPUQuerySet): void {
    this.#dispatches.forEach(({ pipeline, group, x, y }, i) => {
      const pass = encoder.beginComputePass({
        timestampWrites: { querySet: queries, beginningOfPassWriteIndex: 2 * i, endOfPassWriteIndex: 2 * i + 1 },
      });
      pass.setPipeline(pipeline);
      pass.setBindGroup(0, group);
      pass.dispatchWorkgroups(x, y);
      pass.end();
    });
    this.#context.device.stats.dispatches += this.#dispatches.length;
  }

  /** Where an output's bytes are, for a readback. */
  outputRange(index: number): { buffer: GPUBuffer; offset: number; size: number } {
    const location = this.graph.outputs[index] as Location;
    return { buffer: this.#buffer(location.buffer), offset: location.offset * 4, size: location.size * 4 };
  }

  /** The kernels, what is fused in them, and what they move; prints as a table. */
  explain(): Explanation {
    return explain(this.label, this.graph);
  }

  /** Returns the buffers to the engine's pool. Waits for nothing: WebGPU keeps them until submitted work is done. */
  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    for (const buffer of [...this.#slots, ...this.#feeds]) this.#context.pool.release(buffer);
  }

  async #stage(encode?: (pass: GPUComputePassEncoder) => void): Promise<ArrayBuffer[]> {
    const { device, readback } = this.#context;
    const ranges = this.graph.outputs.map((_, i) => this.outputRange(i));
    const staged: StagedRead[] = [];
    device
      .submit(`${this.label}: read`, (encoder) => {
        if (encode) {
          const pass = encoder.beginComputePass();
          encode(pass);
          pass.end();
        }
        staged.push(readback.stage(encoder, ranges));
      })
      .catch(() => undefined);
    return (staged[0] as StagedRead).read();
  }

  #assertUsable(): void {
    if (this.#disposed) throw new OptionError(`${this.label}: this plan was disposed; make a new one.`);
  }

  #buffer(reference: BufferReference): GPUBuffer {
    switch (reference.kind) {
      case "slot":
        return this.#slots[reference.slot] as GPUBuffer;
      case "state":
        return reference.state.buffer;
      case "feed":
        return this.#feeds[reference.feed] as GPUBuffer;
    }
  }
}

/** Output bytes as arrays of their element types. */
export function decode(plan: Plan, buffers: readonly ArrayBuffer[]): TypedArray[] {
  return buffers.map((bytes, i) => {
    const { dtype } = plan.graph.outputs[i] as Location;
    if (dtype === "f32") return new Float32Array(bytes);
    return dtype === "i32" ? new Int32Array(bytes) : new Uint32Array(bytes);
  });
}
