import type { MutableStats } from "./stats.ts";

export const defaultCacheBytes = 128 * 2 ** 20;

interface Entry {
  readonly value: unknown;
  readonly bytes: number;
}

/**
 * What can be made again, kept up to a budget of bytes: what was not used for longest goes first. Who uses an entry holds it
 * by itself, and loses nothing when it goes.
 */
export class BoundedCache {
  /** In order of use. */
  readonly #entries = new Map<string, Entry>();

  constructor(
    readonly budget: number,
    readonly stats: MutableStats,
  ) {}

  get(key: string): unknown {
    const entry = this.#entries.get(key);
    if (!entry) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    return entry.value;
  }

  set(key: string, value: unknown, bytes: number): void {
    this.delete(key);
    this.#entries.set(key, { value, bytes });
    this.#count(1, bytes);
    for (const oldest of this.#entries.keys()) {
      if (this.stats.cacheBytes <= this.budget) return;
      this.delete(oldest);
      this.stats.cacheEvictions++;
    }
  }

  delete(key: string): void {
    const entry = this.#entries.get(key);
    if (entry && this.#entries.delete(key)) this.#count(-1, -entry.bytes);
  }

  #count(entries: number, bytes: number): void {
    this.stats.cacheEntries += entries;
    this.stats.cacheBytes += bytes;
  }
}
