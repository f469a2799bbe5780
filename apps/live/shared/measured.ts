/** What was measured of one training on a live page. */
import { type gan, probes } from "saddlepoint";
import { FindingsLog } from "../../job/findings_log.ts";
import { joined, type Keepsakes, keptHistory, restoreHistory } from "./saving/keepsakes.ts";
import { findingsOf } from "./saving/kept_findings.ts";

/** The costlier probes run in every step whose number is a multiple of this. */
export const probeEvery = 10;

/** These are measured in every step. */
const everyStep: ReadonlySet<string> = new Set([
  "loss/generator",
  "loss/discriminator",
  "lossGain/medianLog10",
  "lossGain/otherMedianLog10",
]);

export class Measured {
  readonly history: probes.TelemetryHistory;
  readonly findings = new FindingsLog();
  /** How often the GPU was lost, and the training went on. */
  deviceLosses = 0;
  losses: { readonly generator: number; readonly discriminator: number } | undefined;

  /** @param isShown which columns of gradients are */
  constructor(readonly isShown: (column: string) => boolean) {
    this.history = new probes.TelemetryHistory({ columns: ({ name }) => everyStep.has(name) || isShown(name) });
  }

  /** The columns of gradients that are shown, in the order of the backward pass. */
  get gradients(): string[] {
    return this.history.columns.map(({ name }) => name).filter((name) => !everyStep.has(name));
  }

  take({ losses, deviceLosses, step, findings, telemetry }: gan.TrainReport): void {
    this.losses = losses;
    this.deviceLosses = deviceLosses;
    this.findings.add(step, findings);
    this.history.add(telemetry);
  }

  /** All of it, to go on from. */
  get keepsakes(): Keepsakes {
    const { losses, findings } = this;
    const texts = { losses, findings: findings.all };
    return joined(keptHistory("history", this.history), { texts, arrays: new Map() });
  }

  /** Goes on from what was kept. */
  restore(keepsakes: Keepsakes): void {
    restoreHistory("history", this.history, keepsakes);
    const { generator, discriminator }: Readonly<Record<string, unknown>> = Object(keepsakes.texts["losses"]);
    if (typeof generator === "number" && typeof discriminator === "number") this.losses = { generator, discriminator };
    this.findings.restore(findingsOf(keepsakes.texts["findings"]));
  }
}
