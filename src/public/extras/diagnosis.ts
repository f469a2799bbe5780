/** `saddlepoint/diagnosis`: gives a `GameTrainer` the option `probes: { rules }`; `Trainer` has it. */
import { extraDiagnosis } from "../../probes/diagnosis/diagnosis.ts";
import { assertRules } from "../../probes/diagnosis/examine.ts";
import { Examiner } from "../../probes/diagnosis/examiner.ts";

extraDiagnosis.part = { assertRules, examiner: (rules) => new Examiner(rules) };
