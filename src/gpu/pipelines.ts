import { KernelError } from "../errors/errors.ts";
import { BoundedCache } from "./bounded_cache.ts";
import { shaderStageCompute } from "./constants.ts";
import type { Device } from "./device.ts";
import { TaskQueue } from "./task_queue.ts";

/** How a kernel uses one of its bindings. */
export type Access = "read" | "read_write";

export interface Pipeline {
  readonly pipeline: GPUComputePipeline;
  readonly layout: GPUBindGroupLayout;
}

/** What a caller may say about a request for a pipeline. */
export interface PipelineRequest {
  readonly label: string;
  /** Once aborted, the pipeline isn't made for this request, unless it is being made already. */
  readonly signal?: AbortSignal | undefined;
  /** Made when nobody waits for others. */
  readonly background?: boolean | undefined;
}

/** A pipeline whose turn has not come yet, and who waits for it. */
interface Waiting {
  readonly signals: (AbortSignal | undefined)[];
  background: boolean;
}

/** What a pipeline is taken to weigh besides its source: the compiled code lies with the driver. */
const pipelineBytes = 64 * 2 ** 10;

/**
 * Compute pipelines, cached by source text and made asynchronously. Twice as many as there are cores are asked for at a
 * time, which keeps all of them busy: a browser can't be told to forget what it was asked for, so a thousand requests at
 * once would keep it compiling long after they are needed no more.
 */
export class PipelineCache {
  readonly #waiting = new Map<string, Waiting>();
  readonly #layouts = new Map<string, GPUBindGroupLayout>();
  readonly #queue: TaskQueue;

  constructor(
    readonly device: Device,
    mostAtOnce = Math.max(8, 2 * (globalThis.navigator?.hardwareConcurrency ?? 4)),
    readonly cache = new BoundedCache(Number.POSITIVE_INFINITY, device.stats),
    /** Seconds that one pipeline may take. */
    readonly mostSeconds = 60,
  ) {
    this.#queue = new TaskQueue(mostAtOnce);
  }

  /**
   * The pipeline of `source`, whose group 0 has one storage buffer per entry of `bindings`. Rejects with the signal's
   * reason if all who asked for it have given up before its turn.
   */
  get(source: string, bindings: readonly Access[], request: PipelineRequest): Promise<Pipeline> {
    const { label, signal, background = false } = request;
    const others = this.#waiting.get(source);
    others?.signals.push(signal);
    if (others && !background) others.background = false;
    const known = this.cache.get(source);
    if (known) return known as Promise<Pipeline>;
    const signals = [signal];
    const waiting: Waiting = { signals, background };
    this.#waiting.set(source, waiting);
    const made = this.#queue.run(
      async () => {
        this.#waiting.delete(source);
        if (signals.every((given) => given?.aborted)) {
          this.cache.delete(source);
          throw signals[0]?.reason;
        }
        return this.#inTime(this.#create(source, bindings, label), source, label);
      },
      () => waiting.background,
    );
    this.cache.set(source, made, pipelineBytes + source.length);
    made.catch(() => this.cache.delete(source));
    return made;
  }

  /** A compiler can't be told to stop, and some never do: whoever waits is told, and others have their turn. */
  async #inTime(creation: Promise<Pipeline>, source: string, label: string): Promise<Pipeline> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const limit = new Promise<never>((_, reject) => {
      const refuse = () =>
        reject(
          new KernelError(
            `The kernel "${label}" (${source.length} characters) was not compiled within ${this.mostSeconds} s. Store ` +
              "parts of it with copy(), or give Engine.create more compileSeconds.",
          ),
        );
      timer = setTimeout(refuse, Math.min(1000 * this.mostSeconds, 2 ** 31 - 1));
    });
    return Promise.race([creation, limit]).finally(() => clearTimeout(timer));
  }

  async #create(source: string, bindings: readonly Access[], label: string): Promise<Pipeline> {
    const { device } = this;
    device.assertAlive();
    const layout = this.#layout(bindings);
    const module = device.gpu.createShaderModule({ label, code: source });
    device.stats.pipelinesCreated++;
    const creation = device.gpu.createComputePipelineAsync({
      label,
      // One for each pipeline: wgpu (Firefox, Deno) checks the sizes of bound buffers against the shader whose pipeline
      // first set the layout, so a second pipeline that shares it is refused.
      layout: device.gpu.createPipelineLayout({ bindGroupLayouts: [layout] }),
      compute: { module, entryPoint: "main" },
    });
    // Handled at once, so that a failure is not reported as unhandled while the messages are being fetched.
    const outcome = creation.then(
      (pipeline) => ({ pipeline }),
      (reason: unknown) => ({ reason }),
    );
    if (device.debug) await this.#assertNoMessages(module, source, label);
    const result = await device.guard(outcome);
    if ("reason" in result) {
      await this.#assertNoMessages(module, source, label);
      throw new KernelError(`The kernel "${label}" can't be made: ${String(result.reason)}\n${number(source)}`);
    }
    return { pipeline: result.pipeline, layout };
  }

  async #assertNoMessages(module: GPUShaderModule, source: string, label: string): Promise<void> {
    const { messages } = await this.device.guard(module.getCompilationInfo());
    if (messages.length === 0) return;
    const list = messages.map((message) => `${message.type} at line ${message.lineNum}: ${message.message}`).join("\n");
    throw new KernelError(`The shader compiler complains about the kernel "${label}":\n${list}\n${number(source)}`);
  }

  #layout(bindings: readonly Access[]): GPUBindGroupLayout {
    const key = bindings.join();
    const known = this.#layouts.get(key);
    if (known) return known;
    const layout = this.device.gpu.createBindGroupLayout({
      entries: bindings.map((access, binding) => ({
        binding,
        visibility: shaderStageCompute,
        buffer: { type: access === "read" ? "read-only-storage" : "storage" },
      })),
    });
    this.#layouts.set(key, layout);
    return layout;
  }
}

function number(source: string): string {
  return source
    .split("\n")
    .map((line, index) => `${String(index + 1).padStart(4)} | ${line}`)
    .join("\n");
}
