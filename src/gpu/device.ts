import { at } from "../errors/at.ts";
import { DeviceLostError, OutOfMemoryError, SaddlepointError } from "../errors/errors.ts";
import type { Extra } from "../errors/extra.ts";
import { type AdapterSummary, acquireDevice, type DeviceSource } from "./adapter.ts";
import { BufferUsage } from "./constants.ts";
import { createStats, type MutableStats } from "./stats.ts";

/** Steps in flight beyond the one that is being encoded: running further ahead slows every engine that was measured. */
const maxInFlight = 2;

/** Finds another device in the place of one, if that is lost, for who takes it. */
export type RenewDevice = (
  source: DeviceSource,
  device: Device,
  take: (other: Device) => Promise<void>,
) => Promise<void>;

export const extraRenewal: Extra<RenewDevice> = { entry: "checkpoints", isApart: true };

/**
 * The one place that talks to `GPUDevice`: creates and counts its objects, bounds the work in flight, and turns the loss
 * of the device into a `DeviceLostError` on everything that is pending.
 */
export class Device {
  readonly stats: MutableStats = createStats();
  readonly #pending = new Set<(reason: Error) => void>();
  /** True once the user has given it back, and nothing is to go on in its place. */
  isGivenBack?: boolean;
  readonly #inFlight: Promise<void>[] = [];
  #lost: DeviceLostError | undefined;

  private constructor(
    readonly gpu: GPUDevice,
    readonly adapter: AdapterSummary,
    /** Checks every shader's compilation messages. */
    readonly debug: boolean,
    readonly onWarning: (message: string) => void,
  ) {
    gpu.lost.then((info) => this.#lose(info));
    gpu.addEventListener?.("uncapturederror", (event) => {
      this.onWarning(`WebGPU reported an error: ${(event as GPUUncapturedErrorEvent).error.message}`);
    });
  }

  static async acquire(
    source: DeviceSource,
    options: { readonly debug: boolean; readonly onWarning: (message: string) => void },
    where = "Engine.create",
  ): Promise<Device> {
    const { device, adapter } = await acquireDevice(where, source);
    return new Device(device, adapter, options.debug, options.onWarning);
  }

  get limits(): GPUSupportedLimits {
    return this.gpu.limits;
  }

  get isLost(): boolean {
    return this.#lost !== undefined;
  }

  /** True when everything that was submitted has run. */
  get isIdle(): boolean {
    return this.#inFlight.length === 0;
  }

  /** Throws when the device is gone, so that no caller goes on encoding for it. */
  assertAlive(): void {
    if (this.#lost) throw this.#lost;
  }

  /** The same promise, rejected with `DeviceLostError` if the device goes first. */
  guard<Value>(promise: Promise<Value>): Promise<Value> {
    if (this.#lost) {
      promise.catch(() => undefined);
      return Promise.reject(this.#lost);
    }
    return new Promise((resolve, reject) => {
      this.#pending.add(reject);
      promise
        .then(resolve, async (reason: unknown) => {
          // `GPUDevice.destroy()` rejects what is pending before it tells of the loss.
          if (!(reason instanceof SaddlepointError)) await this.caughtUp();
          reject(this.#lost ?? reason);
        })
        .finally(() => this.#pending.delete(reject));
    });
  }

  /** Resolves when a loss that has happened is known here: the GPU's answers come in order. */
  async caughtUp(): Promise<void> {
    await this.gpu.queue.onSubmittedWorkDone().catch(() => undefined);
    await new Promise((done) => setTimeout(done));
  }

  /** A storage buffer of at least `size` bytes that can be copied from and to. New buffers are zero, as WebGPU promises. */
  createStorage(label: string, size: number): GPUBuffer {
    return this.createBuffer(label, size, BufferUsage.storage | BufferUsage.copySource | BufferUsage.copyDestination);
  }

  /** @throws OutOfMemoryError for more bytes than this adapter has in one buffer. */
  assertFits(label: string, bytes: number, usage: number = BufferUsage.storage): void {
    const { maxBufferSize, maxStorageBufferBindingSize } = this.limits;
    const limit = usage & BufferUsage.storage ? Math.min(maxBufferSize, maxStorageBufferBindingSize) : maxBufferSize;
    if (bytes <= limit) return;
    throw new OutOfMemoryError(
      `"${label}" needs ${formatBytes(bytes)}, but this adapter binds at most ${formatBytes(limit)} at once. ` +
        "Use a smaller batch, fewer channels or a smaller data set.",
    );
  }

  createBuffer(label: string, size: number, usage: number): GPUBuffer {
    this.assertAlive();
    const bytes = Math.max(16, Math.ceil(size / 16) * 16);
    this.assertFits(label, bytes, usage);
    this.gpu.pushErrorScope("out-of-memory");
    const buffer = this.gpu.createBuffer({ label, size: bytes, usage });
    const scope = this.gpu.popErrorScope().catch(() => null);
    scope.then((error) => {
      if (error) {
        this.#fail(
          new OutOfMemoryError(
            `"${label}": the GPU has no room for ${formatBytes(bytes)}. Use a smaller batch or a smaller model.`,
          ),
        );
      }
    });
    this.stats.buffersCreated++;
    this.stats.liveBuffers++;
    this.stats.liveBytes += bytes;
    return buffer;
  }

  destroyBuffer(buffer: GPUBuffer): void {
    this.stats.buffersDestroyed++;
    this.stats.liveBuffers--;
    this.stats.liveBytes -= buffer.size;
    buffer.destroy();
  }

  write(buffer: GPUBuffer, byteOffset: number, data: ArrayBufferView): void {
    this.assertAlive();
    // writeBuffer takes multiples of four bytes; byte data is padded with zeros into the buffer's own padding.
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    const whole = bytes.length & ~3;
    if (whole > 0) this.gpu.queue.writeBuffer(buffer, byteOffset, bytes as BufferSource, 0, whole);
    if (whole < bytes.length) {
      const tail = new Uint8Array(4);
      tail.set(bytes.subarray(whole));
      this.gpu.queue.writeBuffer(buffer, byteOffset + whole, tail);
    }
  }

  createBindGroup(layout: GPUBindGroupLayout, entries: GPUBindGroupEntry[], label: string): GPUBindGroup {
    this.stats.bindGroupsCreated++;
    return this.gpu.createBindGroup({ layout, entries, label });
  }

  /** Waits until less than the allowed number of submissions is in flight. */
  async ready(): Promise<void> {
    while (this.#inFlight.length >= maxInFlight) await this.guard(at(this.#inFlight, 0));
  }

  /**
   * Encodes and submits once. The promise resolves when the GPU has finished, and rejects if WebGPU refused the submission:
   * what is read behind it is then something else, and must not be handed out.
   */
  submit(label: string, encode: (encoder: GPUCommandEncoder) => void): Promise<void> {
    this.assertAlive();
    const { gpu } = this;
    gpu.pushErrorScope("validation");
    let refusal: Promise<GPUError | null>;
    try {
      const encoder = gpu.createCommandEncoder({ label });
      encode(encoder);
      gpu.queue.submit([encoder.finish()]);
      this.stats.submits++;
    } finally {
      refusal = gpu.popErrorScope().catch(() => null);
    }
    const finished = gpu.queue.onSubmittedWorkDone().catch(() => undefined);
    const done = Promise.all([refusal, finished]).then(([error]) => {
      if (error) throw new SaddlepointError(`"${label}": WebGPU refused to run this: ${error.message}`);
    });
    const settled = done.catch(() => undefined);
    this.#inFlight.push(settled);
    settled.then(() => this.#inFlight.splice(this.#inFlight.indexOf(settled), 1));
    return this.guard(done);
  }

  /** Resolves when everything that was submitted has run. */
  async idle(): Promise<void> {
    await this.guard(Promise.all(this.#inFlight).then(() => undefined));
  }

  destroy(): void {
    this.isGivenBack = true;
    this.gpu.destroy();
    this.#lose({ reason: "destroyed", message: "" });
  }

  #lose(info: { readonly reason: string; readonly message: string }): void {
    const cause =
      info.reason === "destroyed"
        ? "it was destroyed"
        : `its driver gave it up${info.message ? `: ${info.message}` : ""}`;
    this.#fail(
      new DeviceLostError(
        `The GPU device is lost (${cause}). What lived on it is gone: create a new engine, and restore the last ` +
          'snapshot, as trainers do with import "saddlepoint/checkpoints".',
      ),
      true,
    );
  }

  #fail(error: Error, lost = false): void {
    if (lost) this.#lost ??= error as DeviceLostError;
    else if (this.#pending.size === 0) this.onWarning(error.message);
    for (const reject of this.#pending) reject(error);
    this.#pending.clear();
  }
}

export function formatBytes(bytes: number): string {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${unit === 0 ? value : value.toFixed(value < 10 ? 2 : 1)} ${units[unit]}`;
}
