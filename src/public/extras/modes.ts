/** `saddlepoint/modes`: gives reports of trainers `modes`, where the data says which it has. */
import { extraModes } from "../../gan/extras.ts";
import { modeCoverage, summariseModes } from "../../metrics/mode_coverage.ts";

extraModes.part = { modeCoverage, summariseModes };
