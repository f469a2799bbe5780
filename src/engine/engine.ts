import type { DeviceTraits } from "../compile/device_traits.ts";
import type { FormChoices } from "../compile/gemm/form_choices.ts";
import { type CompiledGraph, type CompileOptions, compileGraph, extraVerifier } from "../compile/plan/compile_graph.ts";
import { Loop, type LoopEntry, type LoopOptions } from "../compile/plan/loop.ts";
import { Plan, type PlanContext } from "../compile/plan/plan.ts";
import { type FormTuner, type TuningOptions, tunerOf } from "../compile/plan/tuning.ts";
import type { Sink } from "../compile/sinks.ts";
import { State } from "../compile/state.ts";
import {
  assertKeys,
  assertKind,
  callback,
  count,
  describe,
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
import { type AdapterSummary, describeAdapter } from "../gpu/adapter.ts";
import { BoundedCache, defaultCacheBytes } from "../gpu/bounded_cache.ts";
import { BufferPool } from "../gpu/buffer_pool.ts";
import { Device, extraRenewal } from "../gpu/device.ts";
import { PipelineCache } from "../gpu/pipelines.ts";
import { Readback, type ReadRange } from "../gpu/readback.ts";
import { SharedArenas } from "../gpu/shared_arenas.ts";
import type { EngineStats } from "../gpu/stats.ts";
import { flatten as flattenNested, type NestedArray, type Numbers, toElements } from "../graph/elements.ts";
import type { Node } from "../graph/node.ts";
import { data } from "../graph/primitives/leaf.ts";
import { byteSize, type DType, type Shape, type TypedArray } from "../graph/shape.ts";
import { type Evaluator, Tensor } from "../tensor/tensor.ts";
import type { TensorTree } from "../tensor/transforms.ts";
import type { compiledFunction } from "./compiled_function.ts";
import { evaluateEagerly, feedHeld } from "./eager.ts";
import { type EngineOptions, engineKinds } from "./engine_options.ts";
import { type PlanDescription, sinksOf } from "./plan_description.ts";
import { selfTest } from "./self_test.ts";

function traitsOf({ adapter, gpu, limits }: Device): DeviceTraits {
  return {
    hasSubgroups: gpu.features.has("subgroups"),
    isSoftware: adapter.software,
    maxWorkgroupMemory: limits.maxComputeWorkgroupStorageSize,
  };
}

const loopKinds: Kinds<LoopOptions> = { targetMilliseconds: needed(positive), maxIterationsPerSubmit: count };
const rangeKinds: Kinds<ReadRange> = { buffer: needed(object), offset: needed(whole), size: needed(whole) };
const nodeKind: Kind = { says: "the `node` of a tensor", is: (value) => isList(Object(value).inputs) };

/** What an engine has of one device. */
function partsOf(
  device: Device,
  { formChoices, cache: kept, cacheBytes = defaultCacheBytes, compileSeconds, onWarning, debug }: EngineOptions,
  makeTuner: (options: TuningOptions) => FormTuner,
) {
  const cache = new BoundedCache(cacheBytes, device.stats);
  const pipelines = new PipelineCache(device, undefined, cache, compileSeconds);
  const pool = new BufferPool(device, cacheBytes);
  const arenas = new SharedArenas(pool);
  const context: PlanContext = { device, pipelines, pool, arenas, readback: new Readback(device) };
  const { maxStorageBuffersPerShaderStage, maxStorageBufferBindingSize, maxBufferSize } = device.limits;
  const compile: TuningOptions["compile"] = {
    maxBindings: maxStorageBuffersPerShaderStage,
    maxBufferBytes: Math.min(maxStorageBufferBindingSize, maxBufferSize),
    target: traitsOf(device),
    verify: debug ? extraVerifier.part : undefined,
  };
  const adapterName = describeAdapter(device.adapter);
  const tuner = makeTuner({ context, compile, adapterName, cache: kept, onWarning, formChoices });
  return [device, context, cache, compile, tuner] as const;
}

/** What `Engine.compile` calls. */
export const extraCompiling: Extra<typeof compiledFunction> = { entry: "compile" };

/**
 * A GPU, ready to compute. Everything goes one way: a graph is compiled to a plan, a plan runs. Eager evaluation
 * (`await tensor.data()`) does the same, with plans remembered by the graph's structure.
 */
export class Engine implements Evaluator {
  readonly #options: EngineOptions;
  readonly #makeTuner: (options: TuningOptions) => FormTuner;
  #device: Device;
  #context: PlanContext;
  #cache: BoundedCache;
  #compile: TuningOptions["compile"];
  #tuner: FormTuner;

  private constructor(device: Device, options: EngineOptions, makeTuner: (options: TuningOptions) => FormTuner) {
    this.#options = options;
    this.#makeTuner = makeTuner;
    [this.#device, this.#context, this.#cache, this.#compile, this.#tuner] = partsOf(device, options, makeTuner);
  }

  /**
   * Takes a GPU: `navigator.gpu` in a page, a worker or Deno; `{ gpu }` in Node; or a given adapter or device.
   *
   * @throws NoWebGpuError if there is none; KernelError if it fails the self-test; OptionError for a form that doesn't exist.
   */
  static async create(options: EngineOptions = {}): Promise<Engine> {
    assertKeys("Engine.create", options, engineKinds);
    const makeTuner = tunerOf(options.tune ?? "off", options.formChoices);
    const onWarning = options.onWarning ?? ((message) => console.warn(`saddlepoint: ${message}`));
    const device = await Device.acquire(options, { debug: options.debug ?? false, onWarning });
    const engine = new Engine(device, options, makeTuner);
    if (device.adapter.software) {
      onWarning(`WebGPU runs on the CPU here (${describeAdapter(device.adapter)}): correct, but slow.`);
    }
    await engine.#test();
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

  /** True when the device is gone; every pending and later call rejects with `DeviceLostError`; see `renew`. */
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
    const sinks = sinksOf(description);
    const { label = "plan", progress, signal, background, fuse = true, halfPrecision } = description;
    signal?.throwIfAborted();
    if (halfPrecision && !this.features.has("shader-f16")) {
      throw new OptionError(
        `${label}: halfPrecision needs the feature shader-f16, which this adapter (${this.adapterName}) doesn't offer.`,
      );
    }
    const halves = halfPrecision && { halfPrecision: { except: (halfPrecision.except ?? []).map(({ node }) => node) } };
    const compile = () => this.#compiled(sinks, { fuse, ...halves });
    let graph = compile();
    if (await this.#tuner.tune(graph)) graph = compile();
    const plan = await Plan.create(label, graph, this.#context, { progress, signal, background });
    feedHeld(plan, graph.feeds);
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
    return evaluateEagerly(this.#context, this.#cache, (sinks) => this.#compiled(sinks), nodes);
  }

  /**
   * Asks for a new adapter and device in the place of one that was lost, on a page with `saddlepoint/checkpoints`, which may
   * take minutes: a browser whose GPU process has crashed gives none for a while. Tensors of given values, compiled functions
   * and trainers work again; states, plans and what was computed went with the old device. Resolves at once where nothing is
   * lost.
   *
   * @throws OptionError where the engine was made of a given `device` or `adapter`; DeviceLostError where none is given, and
   * after `destroy`.
   */
  async renew(): Promise<void> {
    // Forms that were chosen stay, and so the bits of what is computed.
    const options = { ...this.#options, formChoices: this.formChoices };
    await partOf(extraRenewal, "engine.renew()")(options, this.#device, (device) => {
      [this.#device, this.#context, this.#cache, this.#compile, this.#tuner] = partsOf(
        device,
        options,
        this.#makeTuner,
      );
      return this.#test();
    });
  }

  /** @throws KernelError for a driver that computes wrongly. */
  async #test(): Promise<void> {
    if (this.#options.selfTest ?? true) await selfTest(this, this.adapterName);
  }

  /** Gives the GPU back, for good. Every pending promise rejects with `DeviceLostError`. */
  destroy(): void {
    this.#device.destroy();
  }

  #assertOwn(where: string, state: unknown): asserts state is State {
    if (!(state instanceof State)) {
      throw new OptionError(`${where}: ${describe(state)} is no state; make one with engine.state().`);
    }
    state.assertUsable(this.#device);
  }

  #compiled(sinks: readonly Sink[], options: Pick<CompileOptions, "fuse" | "halfPrecision"> = {}): CompiledGraph {
    return compileGraph(sinks, { ...this.#compile, chooseForm: this.#tuner.chooseForm, ...options });
  }
}

export const engineKind: Kind = {
  is: (value) => object.is(value) && "adapterName" in Object(value),
  says: "what Engine.create() resolves to",
};
