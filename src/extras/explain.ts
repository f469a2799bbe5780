/** `saddlepoint/explain`: gives plans `explain()`. */
import { explain } from "../compile/explain.ts";
import { extraExplain } from "../compile/plan.ts";

extraExplain.part = explain;
