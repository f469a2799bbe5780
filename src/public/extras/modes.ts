/** `saddlepoint/modes`: gives reports of trainers `modes`, where the data says which it has. */
import { extraModes } from "../../gan/run/extras.ts";
import { modeCoverage, summariseModes } from "../../metrics/modes/mode_coverage.ts";

extraModes.part = { modeCoverage, summariseModes };
