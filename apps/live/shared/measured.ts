/** What was measured of one training on a live page. */
import type { gan } from "saddlepoint";
import { probedRows } from "../../job/files/report_rows.ts";
import { FindingsLog } from "../../job/findings_log.ts";
import { History } from "./history.ts";
import { joined, type Keepsakes, keptHistory, restoreHistory } from "./saving/keepsakes.ts";
import { findingsOf } from "./saving/kept_findings.ts";

/** The costlier probes run in every step whose number is a multiple of this. */
export const probeEvery = 10;

/** These are measured in every step. */
const everyStep = [
  "loss/generator",
  "loss/discriminator",
  "lossGain/medianLog10",
  "lossGain/otherMedianLog10",
] as const;

export class Measured {
  readonly history = new History();
  readonly gradients = new History();
  readonly findings = new FindingsLog();
  /** How often the GPU was lost, and the training went on. */
  deviceLosses = 0;
  losses: { readonly generator: number; readonly discriminator: number } | undefined;

  /** @param isShown which columns of gradients are */
  constructor(readonly isShown: (column: string) => boolean) {}

  take({ losses, deviceLosses, step, findings, telemetry: { columns, rows } }: gan.TrainReport): void {
    this.losses = losses;
    this.deviceLosses = deviceLosses;
    this.findings.add(step, findings);
    const offsets = new Map(columns.map(({ name, offset }) => [name, offset]));
    const flow = columns.filter(({ name }) => this.isShown(name));
    const isProbed = probedRows({ columns });
    for (const row of rows) {
      const { step: at, values } = row;
      const numberAt = (offset = -1) => values[offset] ?? Number.NaN;
      this.history.push(
        at,
        everyStep.map((name) => [name, numberAt(offsets.get(name))]),
      );
      // The other rows did not measure these columns.
      if (at % probeEvery !== 0 || !isProbed(row)) continue;
      this.gradients.push(
        at,
        flow.map(({ name, offset }) => [name, numberAt(offset)]),
      );
    }
  }

  /** All of it, to go on from. */
  get keepsakes(): Keepsakes {
    const { losses, findings } = this;
    const texts = { losses, findings: findings.all };
    return joined(keptHistory("history", this.history), keptHistory("gradients", this.gradients), {
      texts,
      arrays: new Map(),
    });
  }

  /** Goes on from what was kept. */
  restore(keepsakes: Keepsakes): void {
    restoreHistory("history", this.history, keepsakes);
    restoreHistory("gradients", this.gradients, keepsakes);
    const { generator, discriminator }: Readonly<Record<string, unknown>> = Object(keepsakes.texts["losses"]);
    if (typeof generator === "number" && typeof discriminator === "number") this.losses = { generator, discriminator };
    this.findings.restore(findingsOf(keepsakes.texts["findings"]));
  }
}
