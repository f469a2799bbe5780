import type { ByteCache } from "../cache/byte_cache.ts";
import type { DeviceTraits } from "../compile/device_traits.ts";
import type { FormChoices } from "../compile/gemm/form_choices.ts";
import { type CompiledGraph, compileGraph } from "../compile/plan/compile_graph.ts";
import { Loop, type LoopEntry, type LoopOptions } from "../compile/plan/loop.ts";
import { Plan, type PlanContext, type Progress } from "../compile/plan/plan.ts";
import { type FormTuner, type TuneMode, type TuningOptions, tuneModes, tunerOf } from "../compile/plan/tuning.ts";
import type { Sink } from "../compile/sinks.ts";
import { State } from "../compile/state.ts";
import { at } from "../errors/at.ts";
import {
  abortSignal,
  assertKeys,
  assertKind,
  callback,
  count,
  describe,
  flag,
  instanceOf,
  isList,
  type Kind,
  type Kinds,
  list,
  needed,
  object,
  positive,
  text,
  whole,
} from "../errors/checks.ts";
import { DataError, OptionError } from "../errors/errors.ts";
import { type Extra, partOf } from "../errors/extra.ts";
import { type AdapterSummary, type DeviceSource, describeAdapter } from "../gpu/adapter.ts";
import { BoundedCache, defaultCacheBytes } from "../gpu/bounded_cache.ts";
import { BufferPool } from "../gpu/buffer_pool.ts";
import { Device } from "../gpu/device.ts";
import { PipelineCache } from "../gpu/pipelines.ts";
import { Readback, type ReadRange } from "../gpu/readback.ts";
import { SharedArenas } from "../gpu/shared_arenas.ts";
import type { EngineStats } from "../gpu/stats.ts";
import { flatten as flattenNested, type NestedArray, type Numbers, toElements } from "../graph/elements.ts";
import { attributesKey, collect, type Node } from "../graph/node.ts";
import { data } from "../graph/primitives/leaf.ts";
import { byteSize, type DType, type Shape, type TypedArray } from "../graph/shape.ts";
import { assertTensors, type Evaluator, heldValues, Tensor, tensorKind } from "../tensor/tensor.ts";
import type { TensorTree } from "../tensor/transforms.ts";
import type { compiledFunction } from "./compiled_function.ts";
import { selfTest } from "./self_test.ts";

export interface EngineOptions extends DeviceSource {
  /** Checks every shader's messages and every submission. Slow; for tests and for finding a fault. */
  readonly debug?: boolean;
  /** Where warnings go; the console by default. */
  readonly onWarning?: (message: string) => void;
  /**
   * Whether matrix products and convolutions are timed on this adapter, to find their fastest form; `off` by default,
   * which takes a good guess. Choices are kept per adapter in `cache`.
   */
  readonly tune?: TuneMode;
  /** Choices to begin with, such as another engine's `formChoices`; those that this adapter can't have are left out. */
  readonly formChoices?: FormChoices;
  /** Where choices are kept: by default IndexedDB in a page, a file elsewhere. */
  readonly cache?: ByteCache;
  /** Whether to compare a few known answers with the CPU at creation; true by default. */
  readonly selfTest?: boolean;
  /**
   * How many bytes the engine may keep of what it could make again: compiled graphs, pipelines, idle buffers. What was not
   * used for longest goes first. At least 0; default 128 MiB.
   */
  readonly cacheBytes?: number;
  /** Seconds that the driver may take to compile one kernel, before what waits for it rejects with a `KernelError`. Default 60. */
  readonly compileSeconds?: number;
}

/** A value that a plan writes to one row of a table; see `Sink`. */
export interface TableRecord {
  readonly table: State;
  readonly row: State;
  readonly column: number;
  readonly value: Tensor;
}

/** What a plan computes, and where it goes. */
export interface PlanDescription {
  readonly label?: string;
  /** Values that the host can read after a run, by name. */
  readonly outputs?: Readonly<Record<string, Tensor>>;
  /** New values of states for the next run. */
  readonly updates?: readonly (readonly [state: State, value: Tensor])[];
  /** Rows of a table; see `Sink`. */
  readonly records?: readonly TableRecord[];
  readonly progress?: Progress;
  /** Ends the compilation: `engine.plan` rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /**
   * Keeps values between kernels as f16, and computes in f32; needs the feature shader-f16. Outputs, states and records stay
   * as they are, and so does everything that is computed from a tensor of `except`.
   */
  readonly halfPrecision?: { readonly except?: readonly Tensor[] };
  /** False gives every operation a kernel of its own. */
  readonly fuse?: boolean;
}

function traitsOf({ adapter, gpu, limits }: Device): DeviceTraits {
  return {
    hasSubgroups: gpu.features.has("subgroups"),
    isSoftware: adapter.software,
    maxWorkgroupMemory: limits.maxComputeWorkgroupStorageSize,
  };
}

/** An object of WebGPU, of whatever realm, by a method that it has. */
const webGpu = (type: string, method: string): Kind => ({
  is: (value) => typeof Object(value)[method] === "function",
  says: `a ${type}`,
});

const optionKinds: Kinds<EngineOptions> = {
  device: webGpu("GPUDevice", "createBuffer"),
  adapter: webGpu("GPUAdapter", "requestDevice"),
  gpu: webGpu("GPU", "requestAdapter"),
  powerPreference: text,
  debug: flag,
  onWarning: callback,
  tune: { is: (value) => Object.hasOwn(tuneModes, String(value)), says: Object.keys(tuneModes).join(", ") },
  formChoices: object,
  cache: object,
  selfTest: flag,
  // Infinity, too.
  cacheBytes: { is: (value) => typeof value === "number" && value >= 0, says: "a number of at least 0" },
  compileSeconds: positive,
};

const planKinds: Kinds<PlanDescription> = {
  label: text,
  outputs: object,
  updates: list,
  records: list,
  progress: callback,
  signal: abortSignal,
  halfPrecision: object,
  fuse: flag,
};
const updateKind: Kind = {
  says: "[state, tensor]",
  is: (value) => isList(value) && value[0] instanceof State && tensorKind.is(value[1]),
};
const recordKinds: Kinds<TableRecord> = {
  table: needed(instanceOf("a state", State)),
  row: needed(instanceOf("a state", State)),
  column: needed(whole),
  value: needed(tensorKind),
};
const loopKinds: Kinds<LoopOptions> = { targetMilliseconds: needed(positive), maxIterationsPerSubmit: count };
const rangeKinds: Kinds<ReadRange> = { buffer: needed(object), offset: needed(whole), size: needed(whole) };
const nodeKind: Kind = { says: "the `node` of a tensor", is: (value) => isList(Object(value).inputs) };

/** What `Engine.compile` calls. */
export const extraCompiling: Extra<typeof compiledFunction> = { entry: "compile" };

/**
 * A GPU, ready to compute. Everything goes one way: a graph is compiled to a plan, a plan runs. Eager evaluation
 * (`await tensor.data()`) does the same, with plans remembered by the graph's structure.
 */
export class Engine implements Evaluator {
  readonly #device: Device;
  readonly #context: PlanContext;
  readonly #cache: BoundedCache;
  readonly #compile: TuningOptions["compile"];
  readonly #tuner: FormTuner;

  private constructor(
    device: Device,
    { formChoices, cache, cacheBytes = defaultCacheBytes, compileSeconds, onWarning }: EngineOptions,
    makeTuner: (options: TuningOptions) => FormTuner,
  ) {
    this.#device = device;
    this.#cache = new BoundedCache(cacheBytes, device.stats);
    const pipelines = new PipelineCache(device, undefined, this.#cache, compileSeconds);
    const pool = new BufferPool(device, cacheBytes);
    const arenas = new SharedArenas(pool);
    this.#context = { device, pipelines, pool, arenas, readback: new Readback(device) };
    const target = traitsOf(device);
    const { maxStorageBuffersPerShaderStage, maxStorageBufferBindingSize, maxBufferSize } = device.limits;
    this.#compile = {
      maxBindings: maxStorageBuffersPerShaderStage,
      maxBufferBytes: Math.min(maxStorageBufferBindingSize, maxBufferSize),
      target,
    };
    this.#tuner = makeTuner({
      context: this.#context,
      compile: this.#compile,
      adapterName: describeAdapter(device.adapter),
      cache,
      onWarning,
      formChoices,
    });
  }

  /**
   * Takes a GPU: `navigator.gpu` in a page, a worker or Deno; `{ gpu }` in Node; or a given adapter or device.
   *
   * @throws NoWebGpuError if there is none; KernelError if it fails the self-test; OptionError for a form that doesn't exist.
   */
  static async create(options: EngineOptions = {}): Promise<Engine> {
    assertKeys("Engine.create", options, optionKinds);
    const makeTuner = tunerOf(options.tune ?? "off", options.formChoices);
    const onWarning = options.onWarning ?? ((message) => console.warn(`saddlepoint: ${message}`));
    const device = await Device.acquire(options, { debug: options.debug ?? false, onWarning });
    const engine = new Engine(device, options, makeTuner);
    if (device.adapter.software) {
      onWarning(`WebGPU runs on the CPU here (${describeAdapter(device.adapter)}): correct, but slow.`);
    }
    if (options.selfTest ?? true) await selfTest(engine, describeAdapter(device.adapter));
    return engine;
  }

  get adapter(): AdapterSummary {
    return this.#device.adapter;
  }

  /** The adapter in one line. */
  get adapterName(): string {
    return describeAdapter(this.#device.adapter);
  }

  get features(): ReadonlySet<string> {
    return this.#device.gpu.features as ReadonlySet<string>;
  }

  get limits(): GPUSupportedLimits {
    return this.#device.limits;
  }

  /** True when the device is gone; every pending and later call rejects with `DeviceLostError`. */
  get isLost(): boolean {
    return this.#device.isLost;
  }

  /** The form of each class of matrix products that was tuned or given; the others take a guess. */
  get formChoices(): FormChoices {
    return this.#tuner.choices;
  }

  /** What was asked of WebGPU so far. */
  stats(): EngineStats {
    return { ...this.#device.stats };
  }

  /**
   * A tensor of given values, which are copied. A number gives a scalar, nested arrays give their own shape; a flat array or
   * typed array takes `shape`. Any typed array will do: numbers are converted by value.
   *
   * @throws DataError for NaN, infinities, numbers that the type can't hold, ragged arrays, or a number of values that
   *   doesn't fill the shape.
   */
  tensor(values: Numbers | NestedArray | number | boolean, shape?: Shape, dtype: Exclude<DType, "u8"> = "f32"): Tensor {
    const where = "engine.tensor";
    if ((dtype as DType) === "u8") throw new DataError(`${where}: u8 is a type of states alone; take u32.`);
    const flat = flattenNested(where, values);
    const elements = toElements(where, flat.values, dtype);
    const bad = dtype === "f32" ? elements.findIndex((value) => !Number.isFinite(value)) : -1;
    if (bad >= 0) {
      throw new DataError(
        `engine.tensor: the value at ${bad} is ${elements[bad]}. Training spreads one such number to ` +
          "every parameter; clean the data first.",
      );
    }
    return new Tensor(
      data(elements === values ? elements.slice() : elements, shape === undefined ? flat.shape : shape, dtype),
      this,
    );
  }

  /** A tensor that stays on the GPU from one run to the next; zero until it is written. */
  state(label: string, shape: Shape, dtype: DType = "f32"): State {
    assertKind("engine.state", "the label", label, text);
    return new State(this.#device, label, shape, dtype);
  }

  /** The value that a state has before a run, for use in a plan. */
  read(state: State): Tensor {
    this.#assertOwn("engine.read", state);
    return new Tensor(state.node, this);
  }

  /** The states' bytes, copied to the host in one submission. */
  async download(states: readonly State[]): Promise<ArrayBuffer[]> {
    assertKind("engine.download", "the states", states, list);
    return this.readRanges(
      states.map((state) => {
        this.#assertOwn("engine.download", state);
        return { buffer: state.buffer, offset: 0, size: byteSize(state.shape, state.dtype) };
      }),
    );
  }

  /** Bytes of buffers, as everything submitted so far leaves them. */
  async readRanges(ranges: readonly ReadRange[]): Promise<ArrayBuffer[]> {
    assertKind("engine.readRanges", "the ranges", ranges, list);
    for (const range of ranges) assertKeys<ReadRange>("engine.readRanges", range, rangeKinds);
    return this.#context.readback.submitAndRead("read", ranges);
  }

  /** Compiles a graph into a plan that runs again and again. */
  async plan(description: PlanDescription): Promise<Plan> {
    assertKeys<PlanDescription>("engine.plan", description, planKinds);
    const {
      label = "plan",
      outputs = {},
      updates = [],
      records = [],
      progress,
      signal,
      fuse = true,
      halfPrecision,
    } = description;
    assertTensors(label, outputs);
    for (const update of updates) assertKind(label, "an update", update, updateKind);
    for (const record of records) assertKeys<TableRecord>(label, record, recordKinds);
    signal?.throwIfAborted();
    const sinks: Sink[] = [
      ...Object.values(outputs).map(({ node }): Sink => ({ kind: "output", node })),
      ...records.map(
        ({ table, row, column, value }): Sink => ({ kind: "record", node: value.node, table, row, column }),
      ),
      ...updates.map(([state, { node }]): Sink => ({ kind: "update", node, state })),
    ];
    if (halfPrecision && !this.features.has("shader-f16")) {
      throw new OptionError(
        `${label}: halfPrecision needs the feature shader-f16, which this adapter (${this.adapterName}) doesn't offer.`,
      );
    }
    const halves = halfPrecision && { halfPrecision: { except: (halfPrecision.except ?? []).map(({ node }) => node) } };
    const compile = () =>
      compileGraph(sinks, { ...this.#compile, chooseForm: this.#tuner.chooseForm, fuse, ...halves });
    let graph = compile();
    if (await this.#tuner.tune(graph)) graph = compile();
    const plan = await Plan.create(label, graph, this.#context, { progress, signal });
    this.#upload(plan, graph.feeds);
    return plan;
  }

  /** Repeats plans in order; see `Loop`. */
  loop(entries: (index: number) => readonly LoopEntry[], options: LoopOptions): Loop {
    assertKind("engine.loop", "the entries", entries, callback);
    assertKeys<LoopOptions>("engine.loop", options, loopKinds);
    return new Loop(this.#device, this.#context.readback, entries, options);
  }

  /**
   * Compiles a function of tensors: traced once for each combination of argument shapes, then replayed. Takes tensors, and
   * returns one or a tree of them. Of many combinations the plans of the last 32 are kept.
   */
  compile<Args extends readonly Tensor[], Result extends TensorTree>(
    f: (...args: Args) => Result,
  ): (...args: Args) => Promise<Result> {
    assertKind("engine.compile", "the function", f, callback);
    return partOf(extraCompiling, "engine.compile()")(f, this, (description) => this.plan(description));
  }

  /** The values of nodes, each as an array of its element type. Compiled once for each structure of graph. */
  async evaluate(nodes: readonly Node[]): Promise<TypedArray[]> {
    assertKind("engine.evaluate", "the nodes", nodes, list);
    for (const node of nodes) assertKind("engine.evaluate", "a node", node, nodeKind);
    const order = collect(nodes);
    const key = `graph ${structureKey(nodes, order)}`;
    let entry = this.#cache.get(key) as CachedGraph | undefined;
    if (!entry) {
      const sinks = nodes.map((node): Sink => ({ kind: "output", node }));
      const graph = compileGraph(sinks, { ...this.#compile, chooseForm: this.#tuner.chooseForm });
      const positions = new Map(order.map((node, position) => [node, position]));
      entry = { graph, feeds: graph.feeds.map((feed) => positions.get(feed) as number) };
      this.#cache.set(key, entry, graphBytes(graph, order.length));
    }
    const plan = await Plan.create("eager", entry.graph, this.#context);
    try {
      this.#upload(
        plan,
        entry.feeds.map((position) => at(order, position)),
      );
      const read = plan.runAndRead();
      return await read;
    } finally {
      plan.dispose();
    }
  }

  /** Gives the GPU back. Every pending promise rejects with `DeviceLostError`. */
  destroy(): void {
    this.#device.destroy();
  }

  #assertOwn(where: string, state: unknown): asserts state is State {
    if (!(state instanceof State)) {
      throw new OptionError(`${where}: ${describe(state)} is no state; make one with engine.state().`);
    }
    state.assertUsable(this.#device);
  }

  #upload(plan: Plan, feeds: readonly Node[]): void {
    feeds.forEach((feed, i) => {
      const held = heldValues(feed);
      if (held) plan.feed(i, held);
    });
  }
}

interface CachedGraph {
  readonly graph: CompiledGraph;
  /** Positions in the order of `collect`. */
  readonly feeds: readonly number[];
}

/** What a compiled graph is taken to weigh: its nodes, the sources of its kernels, and the data that it was compiled with. */
function graphBytes({ kernels, feeds }: CompiledGraph, nodes: number): number {
  const sources = kernels.reduce((sum, { source }) => sum + source.length, 0);
  return sources + 512 * nodes + feeds.reduce((sum, { shape, dtype }) => sum + byteSize(shape, dtype), 0);
}

/** Equal for graphs that differ only in the content of their data. */
function structureKey(roots: readonly Node[], order: readonly Node[]): string {
  const position = new Map(order.map((node, i) => [node, i]));
  const lines = order.map((node) => {
    const attributes = node.op.name === "data" ? "" : attributesKey(node.attributes);
    return `${node.op.name}(${node.inputs.map((x) => position.get(x)).join()})${attributes}:${node.dtype}[${node.shape.join()}]`;
  });
  return `${lines.join("\n")}>${roots.map((root) => position.get(root)).join()}`;
}

export const engineKind: Kind = {
  is: (value) => object.is(value) && "adapterName" in Object(value),
  says: "what Engine.create() resolves to",
};
