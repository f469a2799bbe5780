/** `Engine` with all extras. */
import "./explain.ts";
import "./images.ts";
import "./tuning.ts";

export { Engine } from "../engine.ts";
