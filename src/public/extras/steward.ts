/** `saddlepoint/steward`: gives trainers the options `history` and `steward`, `rewind` and `explainStep`. */
import "./snapshots.ts";
import "./diagnosis.ts";
import { checkedHistory, RunHistory } from "../../gan/history/run_history.ts";
import { stewardOf } from "../../gan/steward/steward.ts";
import { extraHistory } from "../../gan/trainer/history.ts";
import { extraKeptHistory } from "../../gan/trainer/state.ts";
import { extraSteward } from "../../gan/trainer/trainer.ts";

extraHistory.part = { checked: checkedHistory };
extraKeptHistory.part = (state, options) => new RunHistory(state, options);
extraSteward.part = stewardOf;
