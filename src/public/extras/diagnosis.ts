/** `saddlepoint/diagnosis`: gives a `GameTrainer` the option `probes: { rules }`; `Trainer` has it. */
import { extraDiagnosis } from "../../probes/diagnosis/diagnosis.ts";
import { assertRules, examineRules } from "../../probes/rules/examine.ts";

extraDiagnosis.part = { assertRules, examineRules };
