import type { FileStore } from "../../io/stores/store.ts";
import type { TrainReport } from "./report.ts";
import type { Snapshot } from "./snapshot.ts";

/** What is kept of a run while it trains, and where. */
export interface CheckpointOptions {
  /** A folder, or what the browser keeps: `folderStore` or `browserStore` of "saddlepoint/checkpoints". */
  readonly store: FileStore;
  /** What the names of its files begin with, so that several runs have one store. Default "run". */
  readonly run?: string;
  /** Seconds from one checkpoint to the next; 0 for those at the end of each call of `train` alone. Default 60. */
  readonly everySeconds?: number;
  /** How many stay, the newest ones. Default 2. */
  readonly keep?: number;
  /** Which stay besides those. Default: none. */
  readonly best?: BestCheckpointOptions;
}

/** The run as it was at the reports in which it was best. */
export interface BestCheckpointOptions {
  /**
   * A function of a report; or a name of its `modes`, such as "capturedOnePercent", where samples are asked for and the data
   * has modes; or a column of telemetry, such as "loss/generator", as the report's last step measured it. NaN is never the best.
   */
  readonly metric: string | ((report: TrainReport<string>) => number);
  /** How many stay. Default 3. */
  readonly keep?: number;
  /** Default: true, but false for a column of telemetry, which has losses above all. */
  readonly higherIsBetter?: boolean;
}

/** Of a trainer, what checkpoints need. */
export interface SavedTrainer {
  readonly step: number;
  readonly isDisposed?: boolean;
  snapshot(): Promise<Snapshot>;
}

type Reports<Report> = AsyncGenerator<Report, void, undefined>;

/** Keeps checkpoints of a trainer while it trains. */
export interface RunKeeper {
  /** The reports of a call of `train`, with checkpoints that are kept meanwhile and at its end. */
  during<Report extends TrainReport<string>>(reports: Reports<Report>): Reports<Report>;
  /** Is told when the steps up to that of a report have been submitted, and none after. */
  atReport(): void;
  /** Lets others have the store. */
  end(): void;
}
