import { assertFileName, type FileStore } from "../../io/stores/store.ts";
import { checkpointFile, readCheckpoint } from "../run/checkpoint.ts";
import type { Snapshot } from "../run/snapshot.ts";
import { advantage, type Score, scoreTexts, type Worth, worthOf } from "./score.ts";

const digits = 10;
const ending = ".safetensors";

/** Names are in the order of the steps. */
export const nameOf = (run: string, step: number): string => `${run}-${String(step).padStart(digits, "0")}${ending}`;

/** Files of a run, the latest first. */
export async function namesOf(store: FileStore, run: string): Promise<readonly string[]> {
  const isOfRun = (name: string) =>
    name.startsWith(`${run}-`) && name.endsWith(ending) && /^\d+$/.test(name.slice(run.length + 1, -ending.length));
  return (await store.list()).filter(isOfRun).sort().reverse();
}

/** Which files of a run stay. */
export interface Keeping {
  /** How many of the newest. */
  readonly keep: number;
  /** Besides those, how many of the best. */
  readonly best: { readonly keep: number; readonly higherIsBetter: boolean };
}

/** The files of one run, for whoever has the lock of their store. */
export interface RunFiles {
  /** Writes a checkpoint, and reads it again. Without a score, it has the one that its file had. */
  write(snapshot: Snapshot, score: number | undefined): Promise<void>;
  /** Whether a checkpoint of that step would be one of the best. */
  isAmongBest(step: number, score: number): Promise<boolean>;
  /** Removes those up to a step that are neither among the newest nor among the best. */
  prune(upTo: number): Promise<void>;
}

export function runFiles(store: FileStore, run: string, { keep, best }: Keeping): RunFiles {
  assertFileName(run);
  const { higherIsBetter } = best;
  /** Of files that were read or written here: nobody else changes them. */
  const known = new Map<string, Worth>();
  const worthIn = async (name: string): Promise<Worth> => {
    const worth = known.get(name) ?? (await worthOf(await store.read(name)));
    known.set(name, worth);
    return worth;
  };
  const ranked = async (names: readonly string[]) => {
    const scored: { readonly name: string; readonly score: Score }[] = [];
    for (const name of names) {
      const { score } = await worthIn(name);
      if (score) scored.push({ name, score });
    }
    const byScore = (a: Score, b: Score) => advantage(b.value, a.value, higherIsBetter);
    // Of two that are as good, the earlier one is the better.
    return scored.sort((a, b) => byScore(a.score, b.score) || (a.name < b.name ? -1 : 1)).slice(0, best.keep);
  };
  const scoreFor = async (name: string, value: number | undefined): Promise<Pick<Worth, "score">> => {
    if (value !== undefined) return Number.isFinite(value) ? { score: { value, higherIsBetter } } : {};
    return (await namesOf(store, run)).includes(name) ? worthIn(name) : {};
  };
  return {
    async write(snapshot, value) {
      const name = nameOf(run, snapshot.step);
      const worth = { ...(await scoreFor(name, value)), isWhole: true };
      known.delete(name);
      await store.write(name, (await checkpointFile(snapshot, scoreTexts(worth))).pieces);
      await readCheckpoint(await store.read(name));
      known.set(name, worth);
    },
    async isAmongBest(step, value) {
      if (!Number.isFinite(value)) return false;
      const others = (await namesOf(store, run)).filter((name) => name !== nameOf(run, step));
      const last = (await ranked(others))[best.keep - 1];
      return !last || advantage(value, last.score.value, higherIsBetter) > 0;
    },
    async prune(upTo) {
      const names = await namesOf(store, run);
      // Those of later steps are not older ones: they were damaged, or there would be no run here.
      const older = names.filter((name) => name <= nameOf(run, upTo));
      if (older.length <= keep) return;
      const staying = new Set((await ranked(names)).map(({ name }) => name));
      let newest = 0;
      for (const name of older) {
        if ((await worthIn(name)).isWhole && newest++ < keep) staying.add(name);
        if (staying.has(name)) continue;
        await store.remove(name);
        known.delete(name);
      }
    },
  };
}
