/** `saddlepoint/checkpoints`: gives trainers `save()`, `load()` and `saveGenerator()`. */
import "./snapshots.ts";
import { saveGenerator } from "../../gan/generator/save_generator.ts";
import { readCheckpoint, writeCheckpoint } from "../../gan/run/checkpoint.ts";
import { extraFiles } from "../../gan/run/extras.ts";

extraFiles.part = { writeCheckpoint, readCheckpoint, saveGenerator };
