/** `saddlepoint/mixed`: gives trainers the option `precision: "mixed"`, and plans `halfPrecision`. */
import { inHalf } from "../../compile/lower/half_precision.ts";
import { extraHalfPrecision } from "../../compile/lower/rewrite.ts";
import { extraLossScale } from "../../optim/learner.ts";
import { LossScale } from "../../optim/loss_scale.ts";

extraHalfPrecision.part = inHalf;
extraLossScale.part = LossScale;
