import type { Device } from "./device.ts";

/** At most this many bytes lie idle in the pool; beyond that, returned buffers are destroyed. */
const maxIdleBytes = 256 * 2 ** 20;

/** Storage buffers in size classes, for values that live only as long as one evaluation or one plan. */
export class BufferPool {
  readonly #free = new Map<number, GPUBuffer[]>();

  constructor(readonly device: Device) {}

  /** A buffer of at least `size` bytes, with unspecified content. */
  acquire(label: string, size: number): GPUBuffer {
    const bytes = sizeClass(size);
    const reused = this.#free.get(bytes)?.pop();
    if (!reused) return this.device.createStorage(label, bytes);
    this.device.stats.idleBytes -= reused.size;
    return reused;
  }

  release(buffer: GPUBuffer): void {
    if (this.device.isLost) return;
    const { stats } = this.device;
    if (stats.idleBytes + buffer.size > maxIdleBytes) {
      this.device.destroyBuffer(buffer);
      return;
    }
    stats.idleBytes += buffer.size;
    const list = this.#free.get(buffer.size);
    if (list) list.push(buffer);
    else this.#free.set(buffer.size, [buffer]);
  }
}

/** Sizes rounded up to at most a sixteenth more, so that near sizes share buffers. */
function sizeClass(size: number): number {
  const step = Math.max(256, 2 ** (Math.floor(Math.log2(Math.max(size, 1))) - 4));
  return Math.ceil(Math.max(size, 1) / step) * step;
}
