import type { Engine } from "../../engine/engine.ts";
import type { Extra } from "../../errors/extra.ts";
import type { CheckedSnapshot } from "../run/snapshot.ts";

/** What the rows of some steps, and perhaps samples drawn after them, are read from. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
  /** Whether the trainer's sampler has run at its end. */
  readonly isSampled: boolean;
}

/** Brings a trainer back whose device was lost, to the step that it was at, with the same bits. */
export interface Recovery {
  /** How often the device was lost. */
  readonly losses: number;
  /** Where a trainer was that is being brought back. */
  readonly step: number | undefined;
  /** What `work` resolves to: it is done again, with the trainer brought back, if the device is lost under it. */
  keep<Result>(work: () => Promise<Result>): Promise<Result>;
  /** To be called before each submission: takes a snapshot now and then. False: there is no reason to stop. */
  tick(): false;
  /** What was read of a stretch that has just been submitted: read again, after the same steps, if the device is lost. */
  read(stretch: Stretch, bytes: Promise<ArrayBuffer[]>): Promise<ArrayBuffer[]>;
  /**
   * The trainer goes on from a snapshot. True if that is put on the GPU later.
   *
   * @throws DeviceLostError where the device was given back, and there will be no other.
   */
  restored(snapshot: CheckedSnapshot): boolean;
  /** Ends whatever is under way. */
  dispose(): void;
}

/** What `make` resolves to: made again if the device is lost meanwhile, and to be brought back if it is lost later. */
type Remaking = <Made>(
  engine: Engine,
  make: () => Promise<Made>,
  signal?: AbortSignal,
) => Promise<Made & { readonly recovers: true }>;

/** Nobody asks for it by a name: without it, what works on a lost device rejects. */
export const extraRemaking: Extra<Remaking> = { entry: "checkpoints", isApart: true };
