/** `saddlepoint/explain`: gives plans and trainers `explain()`, `profile()` and `memory()`, and networks `summary()`. */
import { explain } from "../../compile/plan/explain.ts";
import { extraInsight } from "../../compile/plan/plan.ts";
import { memoryOf } from "../../compile/plan/plan_memory.ts";
import { profile } from "../../compile/plan/profile.ts";
import { extraTrainerInsight } from "../../gan/run/extras.ts";
import { profilePlans } from "../../gan/run/profile.ts";
import { trainerMemory } from "../../gan/run/trainer_memory.ts";
import { extraSummary } from "../../nn/network/network.ts";
import { summarise } from "../../nn/network/summary.ts";

extraInsight.part = { explain, memoryOf, profile };
extraSummary.part = summarise;
extraTrainerInsight.part = { trainerMemory, profilePlans };
