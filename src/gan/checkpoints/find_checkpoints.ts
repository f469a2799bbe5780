import { assertKind } from "../../errors/checks.ts";
import { isWhole } from "../../io/safetensors/sealed.ts";
import { assertFileName, type FileStore, storeKind } from "../../io/stores/store.ts";
import { namesOf } from "./run_files.ts";
import { advantage, type Score, worthOf } from "./score.ts";

/**
 * The latest checkpoint of a run that is whole: what a crash left broken is passed over. Nothing where there is none.
 *
 *   const file = await latestCheckpoint(store);
 *   const trainer = await (file ? gan.Trainer.load(engine, file, config) : gan.Trainer.create(engine, config));
 *
 * @throws DataError for a file that the store has and can't read: that is no reason to begin anew.
 */
export async function latestCheckpoint(store: FileStore, run = "run"): Promise<Uint8Array<ArrayBuffer> | undefined> {
  assertKind("latestCheckpoint", "the store", store, storeKind);
  assertFileName(run);
  for (const name of await namesOf(store, run)) {
    const file = await store.read(name);
    if (await isWhole(file)) return file;
  }
  return undefined;
}

/**
 * The checkpoint of a run with the best score, of those that are whole; of two that are as good, the earlier one. Nothing where
 * none has a score. Whether high or low scores are the better is what the latest one that has a score says.
 *
 * @throws DataError for a file that the store has and can't read.
 */
export async function bestCheckpoint(store: FileStore, run = "run"): Promise<Uint8Array<ArrayBuffer> | undefined> {
  assertKind("bestCheckpoint", "the store", store, storeKind);
  assertFileName(run);
  let best: { readonly file: Uint8Array<ArrayBuffer>; readonly score: Score } | undefined;
  for (const name of await namesOf(store, run)) {
    const file = await store.read(name);
    const { score } = await worthOf(file);
    if (!score) continue;
    const higherIsBetter = best?.score.higherIsBetter ?? score.higherIsBetter;
    if (best && advantage(score.value, best.score.value, higherIsBetter) < 0) continue;
    best = { file, score: { ...score, higherIsBetter } };
  }
  return best?.file;
}
