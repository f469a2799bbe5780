/** `saddlepoint/checkpoints`: gives trainers `save()`, `load()` and `saveGenerator()`. */
import "./snapshots.ts";
import { files } from "../../gan/generator/files.ts";
import { extraFiles } from "../../gan/run/extras.ts";

export { readCheckpoint, writeCheckpoint } from "../../gan/run/checkpoint.ts";

extraFiles.part = files;
