/** Saving on a live page: its run is kept while it trains, found again when the page is opened again, and given away as files. */
import { DataError, type gan } from "saddlepoint";
import { latestCheckpoint, writeCheckpoint } from "saddlepoint/checkpoints";
import { element } from "../element.ts";
import type { LiveRun } from "../live_parts.ts";
import { messageOf } from "../problem.ts";
import { Keeper } from "./keeper.ts";
import { heldRuns, keptRuns, keyOf, storeOf } from "./kept_runs.ts";
import { showKeptRuns } from "./kept_runs_list.ts";
import { Offer } from "./offer.ts";
import { type OpenedRun, openRun, type ReadSetup, withNote } from "./run_file.ts";
import { rememberedRun, rememberRun } from "./this_tab.ts";

/** What a page has of its own. */
export interface SavingParts<Setup, Run extends LiveRun> {
  /** Its name, such as "ring". */
  readonly page: string;
  /** All settings as an address has them, and back. */
  readonly readSetup: ReadSetup<Setup>;
  /** The settings as an address without what moves while it trains: equal for runs that could go on from each other. */
  readonly fixedPart: (setup: Setup) => string;
  /** The data of a training in words, where they are the user's own. */
  readonly ownData?: (run: Run) => string | undefined;
  /** Whether the user has given data of their own. */
  readonly hasOwnData?: () => boolean;
}

/** The page that it is about. */
export interface SavedPage<Setup> {
  readonly setup: Setup;
  readonly formatHash: (setup: Setup) => string;
  /** Goes on with a run. */
  open(run: OpenedRun<Setup>): void;
}

export class Saving<Setup extends object, Run extends LiveRun> {
  readonly #parts: SavingParts<Setup, Run>;
  readonly #page: SavedPage<Setup>;
  readonly #offer: Offer<Setup>;
  #offered: OpenedRun<Setup> | undefined;
  #keeper: Keeper | undefined;
  /** The name of the run that is kept. */
  #name: string | undefined;

  constructor(parts: SavingParts<Setup, Run>, page: SavedPage<Setup>) {
    this.#parts = parts;
    this.#page = page;
    this.#offer = new Offer(
      (run) => page.open(run),
      () => this.#hideOffer(),
    );
    const list = element<HTMLDetailsElement>("kept-runs");
    list.ontoggle = () => void this.told(() => this.#showList());
  }

  /** The run that this tab trained when it was left, if the address still asks for its settings. */
  async runOfThisTab(setup: Setup): Promise<OpenedRun<Setup> | undefined> {
    const known = rememberedRun(this.#parts.page);
    if (known?.addressKey !== this.#addressKey(setup)) return undefined;
    const run = await this.told(() => this.#kept(known.name));
    if (!run || !this.#needsData(run)) return run;
    this.#offered = run;
    return undefined;
  }

  /** Offers a run of these settings, or the last one where the address asks for nothing; none that another tab trains. */
  async offerKept(setup: Setup): Promise<void> {
    await this.told(async () => {
      const { page } = this.#parts;
      const isHeld = await heldRuns(page);
      const runs = (await keptRuns(storeOf(page))).filter((run) => run.step > 0 && !isHeld(run));
      const key = this.#addressKey(setup);
      const isBare = this.#page.formatHash(setup) === "";
      const found = runs.find((run) => run.key === key) ?? (isBare ? runs[0] : undefined);
      this.#offered ??= found && (await this.#kept(found.name));
      this.#showOffer();
    });
  }

  /** A training is there, whose run is kept from when it begins to train. */
  follow(run: Run, opened: OpenedRun<Setup> | undefined): void {
    const { page, fixedPart, ownData } = this.#parts;
    const key = keyOf(`${fixedPart(this.#page.setup)} ${ownData?.(run) ?? ""}`);
    this.#name = opened?.name;
    this.#keeper = new Keeper({
      page,
      key,
      trainer: run.trainer,
      snapshot: async () => this.#noted(run),
      name: opened?.name,
      named: (name) => {
        this.#name = name;
        rememberRun(page, { name, addressKey: this.#addressKey(this.#page.setup) });
      },
    });
    if (opened) this.#hideOffer();
    else this.#showOffer();
    this.show();
  }

  /** Whether there is a checkpoint to go on from. */
  get isKept(): boolean {
    return this.#keeper?.isKept === true;
  }

  /** It trains: from now on it is kept. */
  begin(): void {
    this.#hideOffer();
    void this.#keeper?.start().then(() => this.show());
  }

  /** It pauses. */
  pause(): void {
    void this.#keeper?.save().then(() => this.show());
  }

  /** The training that there was is over. */
  async stop(): Promise<void> {
    const keeper = this.#keeper;
    this.#keeper = undefined;
    this.#name = undefined;
    await keeper?.stop();
  }

  /** What is kept. */
  show(): void {
    element("kept").textContent = this.#keeper?.text ?? "";
  }

  /** The run as a file, with all that it takes to go on. */
  fileOf = async (run: Run): Promise<Uint8Array<ArrayBuffer>> => writeCheckpoint(await this.#noted(run));

  /** Goes on with the run of a file, or says why not. */
  async openFile(file: Blob): Promise<void> {
    await this.told(async () => {
      const run = await openRun(new Uint8Array(await file.arrayBuffer()), this.#parts);
      if (this.#needsData(run)) throw new DataError(`This run trains on your own images, ${run.ownData}. ${giveThem}`);
      this.#page.open(run);
    });
  }

  /** Does what may fail without harm to the training, and says what went wrong. */
  async told<Result>(task: () => Promise<Result>): Promise<Result | undefined> {
    element("saving-problem").textContent = "";
    try {
      return await task();
    } catch (error) {
      element("saving-problem").textContent = messageOf(error);
      return undefined;
    }
  }

  #addressKey(setup: Setup): string {
    return keyOf(`${this.#parts.fixedPart(setup)} `);
  }

  #needsData({ ownData }: OpenedRun<Setup>): boolean {
    return ownData !== undefined && this.#parts.hasOwnData?.() !== true;
  }

  async #kept(name: string): Promise<OpenedRun<Setup> | undefined> {
    const file = await latestCheckpoint(storeOf(this.#parts.page), name);
    return file && openRun(file, this.#parts, name);
  }

  async #noted(run: Run): Promise<gan.Snapshot> {
    const { page, ownData } = this.#parts;
    const own = ownData?.(run);
    // Before the copy is asked for: curves are of steps up to that one.
    const { keepsakes } = run;
    const note = { page, setup: textOf(this.#page.setup), ...(own !== undefined && { ownData: own }) };
    return withNote(await run.trainer.snapshot(), note, keepsakes);
  }

  #showOffer(): void {
    const run = this.#offered;
    if (run) this.#offer.show({ run, address: this.#page.formatHash(run.setup), needsData: this.#needsData(run) });
  }

  #hideOffer(): void {
    this.#offered = undefined;
    this.#offer.hide();
  }

  /** The runs that are kept, where the list is open. */
  async #showList(): Promise<void> {
    const { page } = this.#parts;
    await showKeptRuns({
      store: storeOf(page),
      current: this.#name,
      read: (name) => this.#kept(name),
      address: (run) => this.#page.formatHash(run.setup),
      open: (run) => {
        if (!this.#needsData(run)) return this.#page.open(run);
        void this.told(async () => {
          throw new DataError(`This run trains on your own images, ${run.ownData}. ${giveThem}`);
        });
      },
    });
  }
}

const giveThem = "Give the same files first, then open it again.";

/** All settings, with all digits. */
const textOf = (setup: object): string =>
  new URLSearchParams(Object.entries(setup).map(([name, value]) => [name, String(value)])).toString();
