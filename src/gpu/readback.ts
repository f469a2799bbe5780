import { BufferUsage, mapModeRead } from "./constants.ts";
import type { Device } from "./device.ts";

/** A stretch of a buffer to be read. Offset and size are bytes, multiples of four. */
export interface ReadRange {
  readonly buffer: GPUBuffer;
  readonly offset: number;
  readonly size: number;
}

/** A copy that stands in a command encoder; `read()` after the submit gives its bytes, one `ArrayBuffer` a range. */
export interface StagedRead {
  read(): Promise<ArrayBuffer[]>;
}

/**
 * Staging buffers for asynchronous reads, kept for reuse: a training loop that reads the same amount every so often
 * creates one or two of them and then none. Nothing here waits: copies ride at the end of a submit, and mapping resolves
 * whenever the GPU gets there.
 */
export class Readback {
  readonly #free: GPUBuffer[] = [];
  #pending = 0;

  constructor(readonly device: Device) {}

  /**
   * Called before a step is submitted: if a read is still pending while the GPU has nothing to do, the step has waited for
   * it.
   */
  noteSubmission(): void {
    if (this.#pending > 0 && this.device.isIdle) this.device.stats.stepsBlockedByReadback++;
  }

  /** Makes the buffers for `count` reads of `size` bytes that overlap, so that no later one has to. */
  reserve(size: number, count: number): void {
    const taken = Array.from({ length: count }, () => this.#take(size));
    this.#free.push(...taken);
  }

  stage(encoder: GPUCommandEncoder, ranges: readonly ReadRange[]): StagedRead {
    const total = ranges.reduce((sum, range) => sum + range.size, 0);
    const staging = this.#take(total);
    let at = 0;
    for (const range of ranges) {
      encoder.copyBufferToBuffer(range.buffer, range.offset, staging, at, range.size);
      at += range.size;
    }
    return { read: () => this.#read(staging, ranges, total) };
  }

  async #read(staging: GPUBuffer, ranges: readonly ReadRange[], total: number): Promise<ArrayBuffer[]> {
    this.device.stats.readbacks++;
    this.#pending++;
    try {
      await this.device.guard(staging.mapAsync(mapModeRead, 0, Math.max(4, total)));
    } finally {
      this.#pending--;
    }
    const mapped = staging.getMappedRange(0, Math.max(4, total));
    let at = 0;
    const parts = ranges.map((range) => {
      const part = mapped.slice(at, at + range.size);
      at += range.size;
      return part;
    });
    staging.unmap();
    this.#free.push(staging);
    return parts;
  }

  #take(size: number): GPUBuffer {
    // The smallest one that fits, so that a large read does not find its buffer taken by a small one.
    let best = -1;
    for (let i = 0; i < this.#free.length; i++) {
      const fits = (this.#free[i] as GPUBuffer).size >= size;
      if (fits && (best < 0 || (this.#free[i] as GPUBuffer).size < (this.#free[best] as GPUBuffer).size)) best = i;
    }
    if (best >= 0) return this.#free.splice(best, 1)[0] as GPUBuffer;
    const rounded = 2 ** Math.ceil(Math.log2(Math.max(256, size)));
    this.device.stats.stagingBytes += rounded;
    return this.device.createBuffer("readback", rounded, BufferUsage.mapRead | BufferUsage.copyDestination);
  }
}
