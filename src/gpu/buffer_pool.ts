import { at } from "../errors/at.ts";
import { defaultCacheBytes } from "./bounded_cache.ts";
import type { Device } from "./device.ts";

/** Buffers up to this size weigh nothing, and stay. */
const smallBytes = 4096;

/**
 * Storage buffers in size classes, for values that live only as long as one evaluation or one plan. A new buffer takes the
 * place of smaller ones that lie idle, so that whoever asks for more and more has the last size, and not the sum of all.
 */
export class BufferPool {
  /** In the order in which they were given back. */
  readonly #idle: GPUBuffer[] = [];

  constructor(
    readonly device: Device,
    /** At most this many bytes lie idle. */
    readonly maxIdleBytes = defaultCacheBytes,
  ) {}

  /** A buffer of at least `size` bytes, with unspecified content. */
  acquire(label: string, size: number): GPUBuffer {
    const bytes = sizeClass(size);
    const reused = this.#idle.findLast((buffer) => buffer.size === bytes);
    if (reused) return this.#take(reused);
    let freed = 0;
    for (const buffer of this.#idle.filter(({ size: idle }) => idle > smallBytes && idle < bytes)) {
      if (freed >= bytes) break;
      freed += buffer.size;
      this.device.destroyBuffer(this.#take(buffer));
    }
    return this.device.createStorage(label, bytes);
  }

  release(buffer: GPUBuffer): void {
    const { device } = this;
    if (device.isLost) return;
    this.#idle.push(buffer);
    device.stats.idleBytes += buffer.size;
    while (device.stats.idleBytes > this.maxIdleBytes) device.destroyBuffer(this.#take(at(this.#idle, 0)));
  }

  #take(buffer: GPUBuffer): GPUBuffer {
    this.#idle.splice(this.#idle.indexOf(buffer), 1);
    this.device.stats.idleBytes -= buffer.size;
    return buffer;
  }
}

/** Sizes rounded up to at most a sixteenth more, so that near sizes share buffers. */
function sizeClass(size: number): number {
  const step = Math.max(256, 2 ** (Math.floor(Math.log2(Math.max(size, 1))) - 4));
  return Math.ceil(Math.max(size, 1) / step) * step;
}
