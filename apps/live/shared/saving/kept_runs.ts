/** Runs that a page keeps in the browser: all in one store, each under a name that says of which settings it is, and since when. */
import { browserStore, type FileStore } from "saddlepoint/checkpoints";
import { webLock } from "../../../../src/io/stores/web_lock.ts";

/** So many of the newest runs stay, and so many of the longest: a few quick tries must not push out what took hours. */
const stay = 4;

export interface KeptRun {
  readonly name: string;
  /** Equal for equal settings. */
  readonly key: string;
  /** Milliseconds since 1970. */
  readonly begunAt: number;
  /** Of its latest checkpoint. */
  readonly step: number;
}

const storeName = (page: string) => `live-${page}`;

export const storeOf = (page: string): FileStore => browserStore(storeName(page));

/** The settings of a run, but for what moves while it trains, as a short text: FNV-1a in 32 bits. */
export function keyOf(settings: string): string {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(settings)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash.toString(16).padStart(8, "0");
}

export const newName = (key: string): string => `${key}.${Date.now().toString(36)}`;

/** The newest first. */
export async function keptRuns(store: FileStore): Promise<KeptRun[]> {
  const runs = new Map<string, KeptRun>();
  for (const file of await store.list()) {
    const [, name = "", begun = "", digits = ""] = /^([0-9a-f]{8}\.([0-9a-z]+))-(\d+)\.safetensors$/.exec(file) ?? [];
    const step = Number(digits);
    if (name === "" || step <= (runs.get(name)?.step ?? -1)) continue;
    runs.set(name, { name, key: name.slice(0, 8), begunAt: Number.parseInt(begun, 36), step });
  }
  return [...runs.values()].sort((a, b) => b.begunAt - a.begunAt);
}

export async function removeRun(store: FileStore, name: string): Promise<void> {
  for (const file of await store.list()) if (file.startsWith(`${name}-`)) await store.remove(file);
}

/** Makes room for a run: of the others the newest and the longest stay, and those that another tab keeps. */
export async function removeOldest(page: string, store: FileStore, current: string): Promise<void> {
  const isHeld = await heldRuns(page);
  const others = (await keptRuns(store)).filter(({ name }) => name !== current);
  const staying = [...others.slice(0, stay), ...others.toSorted((a, b) => b.step - a.step).slice(0, stay)];
  for (const run of others) if (!staying.includes(run) && !isHeld(run)) await removeRun(store, run.name);
}

/** Tells the runs of settings that some tab trains. */
export async function heldRuns(page: string): Promise<(run: KeptRun) => boolean> {
  const held = new Set((await navigator.locks?.query())?.held?.map(({ name }) => name));
  return ({ key }) => held.has(`saddlepoint/${lockName(page, key)}`);
}

const lockName = (page: string, key: string) => `${storeName(page)}/${key}`;

/** Milliseconds that a page which is being left needs at most to let its lock go. */
const patience = 2000;

/** Has the runs of these settings for this tab, until it is called; nothing where another tab has them. */
export async function lockRuns(page: string, key: string): Promise<(() => Promise<void>) | undefined> {
  const endsAt = performance.now() + patience;
  for (;;) {
    const unlock = await webLock(lockName(page, key));
    if (unlock || performance.now() > endsAt) return unlock;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
