/** `saddlepoint/explain`: gives plans `explain()` and `profile()`. */
import { explain } from "../compile/explain.ts";
import { extraInsight } from "../compile/plan.ts";
import { timeStretches } from "../gpu/timestamps.ts";

extraInsight.part = { explain, timeStretches };
