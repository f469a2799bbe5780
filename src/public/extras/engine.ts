/** `Engine` with all extras. */
import "./averages.ts";
import "./diagnosis.ts";
import "../../extras/compile.ts";
import "./explain.ts";
import "../../extras/images.ts";
import "./mixed.ts";
import "./modes.ts";
import "./recompute.ts";
import "./snapshots.ts";
import "../../extras/tuning.ts";

export { Engine } from "../../engine/engine.ts";
