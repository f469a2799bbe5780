/** `saddlepoint/recompute`: gives networks, and so trainers, the option `recompute`. */
import { extraSegments } from "../../nn/network.ts";
import { inSegments } from "../../nn/segments.ts";

extraSegments.part = inSegments;
