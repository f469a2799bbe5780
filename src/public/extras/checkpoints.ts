/** `saddlepoint/checkpoints`: gives trainers `save()`, `load()` and `saveGenerator()`, and keeps what they save. */
import "./snapshots.ts";
import { files } from "../../gan/checkpoints/files.ts";
import { extraFiles } from "../../gan/run/extras.ts";

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
