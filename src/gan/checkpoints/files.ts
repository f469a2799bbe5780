import { assertKeys, list } from "../../errors/checks.ts";
import { saveGenerator } from "../generator/save_generator.ts";
import { readCheckpoint, writeCheckpoint } from "../run/checkpoint.ts";
import type { Files, Resumable } from "../run/extras.ts";
import type { RestoreOptions } from "../run/snapshot.ts";
import { keeping } from "./keep_while_training.ts";

/** What trainers are given by `saddlepoint/checkpoints`. */
export const files: Files = {
  save: async (trainer) => writeCheckpoint(await trainer.snapshot()),
  load: resumed,
  saveGenerator,
  keeping,
};

/** A trainer that goes on from a file, which is read before anything is compiled. One that it does not fit is disposed. */
async function resumed<T extends Resumable>(
  file: ArrayBuffer | Uint8Array,
  create: () => Promise<T>,
  options: RestoreOptions = {},
): Promise<T> {
  assertKeys<RestoreOptions>("Trainer.load", options, { except: list });
  const snapshot = await readCheckpoint(file);
  const trainer = await create();
  try {
    trainer.restore(snapshot, options);
    return trainer;
  } catch (error) {
    trainer.dispose();
    throw error;
  }
}
