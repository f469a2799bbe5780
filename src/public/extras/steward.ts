/** `saddlepoint/steward`: gives trainers the options `history` and `steward`, `rewind` and `explainStep`. */
import { keepsHistory } from "../../gan/history/run_history.ts";
import { stewardOf } from "../../gan/steward/steward.ts";
import { extraHistory } from "../../gan/trainer/history.ts";
import { extraSteward } from "../../gan/trainer/steward.ts";

extraHistory.part = keepsHistory;
extraSteward.part = stewardOf;
