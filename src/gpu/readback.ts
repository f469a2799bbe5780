import { at } from "../errors/at.ts";
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

/** Where a part of a range lies in the staging buffer of that number, in bytes. */
interface Piece {
  readonly staging: number;
  readonly within: number;
  readonly size: number;
  readonly range: number;
  readonly start: number;
}

/** Larger reads are cut into staging buffers of this many bytes, which every device can make. */
const largestStaging = 64 * 2 ** 20;

/**
 * Staging buffers for asynchronous reads, kept for reuse: a training loop that reads the same amount every so often
 * creates one or two of them and then none. Nothing here waits: copies ride at the end of a submit, and mapping resolves
 * whenever the GPU gets there.
 */
export class Readback {
  readonly #free: GPUBuffer[] = [];
  /** Bytes that may lie free: as many as were reserved, or one of the largest buffers. */
  #mostFree = largestStaging;
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
    const taken = Array.from({ length: count }, () => this.#takeAll(size)).flat();
    this.#mostFree = Math.max(
      this.#mostFree,
      taken.reduce((sum, buffer) => sum + buffer.size, 0),
    );
    for (const buffer of taken) this.#giveBack(buffer);
  }

  /** Submits what `encode` says, with copies of `ranges` behind it. Rejects if WebGPU refuses that. */
  async submitAndRead(
    label: string,
    ranges: readonly ReadRange[],
    encode: (encoder: GPUCommandEncoder) => void = () => {},
  ): Promise<ArrayBuffer[]> {
    const staged: StagedRead[] = [];
    const done = this.device.submit(label, (encoder) => {
      encode(encoder);
      staged.push(this.stage(encoder, ranges));
    });
    const [parts = []] = await Promise.all([staged[0]?.read(), done]);
    return parts;
  }

  stage(encoder: GPUCommandEncoder, ranges: readonly ReadRange[]): StagedRead {
    const total = ranges.reduce((sum, range) => sum + range.size, 0);
    const buffers = this.#takeAll(total);
    const pieces: Piece[] = [];
    let staged = 0;
    ranges.forEach(({ buffer, offset, size: whole }, range) => {
      for (let start = 0; start < whole; ) {
        const staging = Math.floor(staged / largestStaging);
        const within = staged % largestStaging;
        const size = Math.min(largestStaging - within, whole - start);
        encoder.copyBufferToBuffer(buffer, offset + start, at(buffers, staging), within, size);
        pieces.push({ staging, within, size, range, start });
        start += size;
        staged += size;
      }
    });
    return { read: () => this.#read(buffers, total, ranges, pieces) };
  }

  async #read(
    buffers: readonly GPUBuffer[],
    total: number,
    ranges: readonly ReadRange[],
    pieces: readonly Piece[],
  ): Promise<ArrayBuffer[]> {
    this.device.stats.readbacks++;
    this.#pending++;
    const used = sizesOf(total);
    try {
      const mappings = buffers.map((buffer, i) => buffer.mapAsync(mapModeRead, 0, at(used, i)));
      await this.device.guard(Promise.all(mappings));
    } finally {
      this.#pending--;
    }
    const mapped = buffers.map((buffer, i) => buffer.getMappedRange(0, at(used, i)));
    const parts = ranges.map(({ size }) => new Uint8Array(size));
    for (const { staging, within, size, range, start } of pieces) {
      at(parts, range).set(new Uint8Array(at(mapped, staging), within, size), start);
    }
    for (const buffer of buffers) {
      buffer.unmap();
      this.#giveBack(buffer);
    }
    return parts.map(({ buffer }) => buffer);
  }

  #takeAll(size: number): GPUBuffer[] {
    return sizesOf(size).map((part) => this.#take(part));
  }

  #take(size: number): GPUBuffer {
    // They lie in order of size. A large read must not find its buffer taken by a small one.
    const best = this.#free.findIndex((buffer) => buffer.size >= size);
    if (best >= 0) return at(this.#free.splice(best, 1), 0);
    const rounded = 2 ** Math.ceil(Math.log2(Math.max(256, size)));
    this.device.stats.stagingBytes += rounded;
    return this.device.createBuffer("readback", rounded, BufferUsage.mapRead | BufferUsage.copyDestination);
  }

  #giveBack(buffer: GPUBuffer): void {
    this.#free.push(buffer);
    this.#free.sort((a, b) => a.size - b.size);
    let bytes = this.#free.reduce((sum, { size }) => sum + size, 0);
    while (bytes > this.#mostFree) {
      const gone = at(this.#free.splice(-1), 0);
      bytes -= gone.size;
      this.device.stats.stagingBytes -= gone.size;
      this.device.destroyBuffer(gone);
    }
  }
}

/** Of the staging buffers for a read of `size` bytes: all but the last are as large as they get. */
function sizesOf(size: number): number[] {
  const count = Math.ceil(size / largestStaging);
  return Array.from({ length: count }, (_, i) => Math.min(largestStaging, size - i * largestStaging));
}
