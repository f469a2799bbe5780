import type { BufferPool } from "./buffer_pool.ts";

/** The right to use arenas until they are given back. */
export interface ArenaLease {
  /** One buffer for each size that was asked for, with unspecified content. */
  buffers(): readonly GPUBuffer[];
  release(): void;
}

interface Arena {
  bytes: number;
  holders: number;
  buffer: GPUBuffer | undefined;
}

/**
 * Memory for values that live only while a plan runs. A device runs one plan after the other, in the order of submission,
 * so all plans of an engine share it: a step of the discriminator and one of the generator need the larger of the two, not
 * the sum. An arena gets its buffer when the first of its holders asks: plans that are being compiled together all have
 * said by then how much they need.
 */
export class SharedArenas {
  readonly #arenas: Arena[] = [];

  constructor(readonly pool: BufferPool) {}

  /** A different arena for each of `sizes`, in bytes. */
  lease(sizes: readonly number[]): ArenaLease {
    const held: Arena[] = [];
    for (const bytes of sizes) held.push(this.#hold(bytes, held));
    let isReleased = false;
    return {
      buffers: () => held.map((arena) => this.#bufferOf(arena)),
      release: () => {
        if (!isReleased) for (const arena of held) this.#release(arena);
        isReleased = true;
      },
    };
  }

  #hold(bytes: number, taken: readonly Arena[]): Arena {
    const fits = (arena: Arena) => !taken.includes(arena) && (!arena.buffer || arena.buffer.size >= bytes);
    let arena = this.#arenas.find(fits);
    if (!arena) {
      arena = { bytes: 0, holders: 0, buffer: undefined };
      this.#arenas.push(arena);
    }
    arena.bytes = Math.max(arena.bytes, bytes);
    arena.holders++;
    return arena;
  }

  #bufferOf(arena: Arena): GPUBuffer {
    arena.buffer ??= this.pool.acquire("values", arena.bytes);
    return arena.buffer;
  }

  #release(arena: Arena): void {
    arena.holders--;
    if (arena.holders > 0) return;
    this.#arenas.splice(this.#arenas.indexOf(arena), 1);
    if (arena.buffer) this.pool.release(arena.buffer);
  }
}
