/** `saddlepoint/snapshots`: gives trainers `snapshot()` and `restore()`. */
import { extraSnapshots } from "../../gan/run/extras.ts";
import { fingerprintOf } from "../../gan/run/fingerprint.ts";
import { checkSnapshot, takeSnapshot } from "../../gan/run/snapshot.ts";

extraSnapshots.part = { fingerprintOf, takeSnapshot, checkSnapshot };
