/** `saddlepoint/explain`: gives plans and trainers `explain()`, `profile()` and `memory()`, and networks `summary()`. */
import { explain } from "../../compile/explain.ts";
import { extraInsight } from "../../compile/plan.ts";
import { memoryOf } from "../../compile/plan_memory.ts";
import { profile } from "../../compile/profile.ts";
import { extraTrainerInsight } from "../../gan/extras.ts";
import { profilePlans } from "../../gan/profile.ts";
import { trainerMemory } from "../../gan/trainer_memory.ts";
import { extraSummary } from "../../nn/network.ts";
import { summarise } from "../../nn/summary.ts";

extraInsight.part = { explain, memoryOf, profile };
extraSummary.part = summarise;
extraTrainerInsight.part = { trainerMemory, profilePlans };
