/** The card at the top of a live page that offers to go on with a kept run. */
import { formatNumber } from "../../../charts/text.ts";
import { element } from "../element.ts";
import type { OpenedRun } from "./run_file.ts";
import { savedIn, settingsIn } from "./words.ts";

export interface Offered<Setup> {
  readonly run: OpenedRun<Setup>;
  /** Its settings, as an address. */
  readonly address: string;
  /** Whether its images have to be given first. */
  readonly needsData: boolean;
}

export class Offer<Setup> {
  #run: OpenedRun<Setup> | undefined;

  /** @param accepted gets the run that is gone on with; `dismissed` is told that none is */
  constructor(accepted: (run: OpenedRun<Setup>) => void, dismissed: () => void) {
    element("offer-continue").onclick = () => {
      if (this.#run) accepted(this.#run);
    };
    element("offer-dismiss").onclick = dismissed;
  }

  show({ run, address, needsData }: Offered<Setup>): void {
    this.#run = run;
    const data = run.ownData === undefined ? "" : ` It trains on your own images, ${run.ownData}.`;
    const wanted = needsData ? " They are not kept: give the same files below, and it can go on." : "";
    element("offer-text").textContent = `It is at ${savedIn(run)}, with ${settingsIn(address)}.${data}${wanted}`;
    const button = element<HTMLButtonElement>("offer-continue");
    button.textContent = `Continue at step ${formatNumber(run.step)}`;
    button.disabled = needsData;
    element("offer").hidden = false;
  }

  hide(): void {
    this.#run = undefined;
    element("offer").hidden = true;
  }
}
