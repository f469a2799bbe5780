/**
 * `saddlepoint/checkpoints`: gives trainers `save()`, `load()` and `saveGenerator()`, keeps what they save, and lets them go on when
 * the GPU device is lost.
 */
import "./snapshots.ts";
import { files } from "../../gan/checkpoints/files.ts";
import { TrainerRecovery } from "../../gan/recovery/recovery.ts";
import { madeAgain } from "../../gan/recovery/renewed.ts";
import { extraFiles } from "../../gan/run/extras.ts";
import { extraRemaking } from "../../gan/trainer/recovery.ts";
import { extraRecovery } from "../../gan/trainer/state.ts";
import { extraRenewal } from "../../gpu/device.ts";
import { renewDevice } from "../../gpu/renewed_device.ts";

export { bestCheckpoint, latestCheckpoint } from "../../gan/checkpoints/find_checkpoints.ts";
export {
  type BestOptions,
  type KeepOptions,
  type KeptCheckpoints,
  keepCheckpoints,
  type SaveOptions,
} from "../../gan/checkpoints/keep_checkpoints.ts";
export { readCheckpoint, writeCheckpoint } from "../../gan/run/checkpoint.ts";
export type { BestCheckpointOptions, CheckpointOptions, SavedTrainer } from "../../gan/run/checkpoint_options.ts";
export { withWeights } from "../../gan/run/with_weights.ts";
export { browserStore } from "../../io/stores/browser_store.ts";
export { folderStore } from "../../io/stores/folder_store.ts";
export { memoryStore } from "../../io/stores/memory_store.ts";
export type { FileStore } from "../../io/stores/store.ts";

extraFiles.part = files;
extraRenewal.part = renewDevice;
extraRemaking.part = madeAgain;
extraRecovery.part = (state) => new TrainerRecovery(state);
