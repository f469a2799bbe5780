/** `saddlepoint/recompute`: gives networks, and so trainers, the option `recompute`. */
import { extraSegments } from "../../nn/network/network.ts";
import { inSegments } from "../../nn/network/segments.ts";

extraSegments.part = inSegments;
