/** What a live page is made of, and what it can do: see live_page.ts. */
import type { Engine, gan } from "saddlepoint";
import type { Surface } from "../../shared/remedies.ts";
import type { Controls } from "./controls.ts";
import type { Measured } from "./measured.ts";
import type { Pace } from "./pace.ts";
import type { Keepsakes } from "./saving/keepsakes.ts";
import type { GivenSamples } from "./saving/save_group.ts";
import type { SavingParts } from "./saving/saving.ts";
import type { SharedSetup } from "./setup.ts";
import type { Making } from "./training.ts";

/** One training on a page. */
export interface LiveRun {
  readonly trainer: gan.Trainer;
  readonly measured: Measured;
  /** What is kept of it beside what the trainer keeps. */
  readonly keepsakes: Keepsakes;
  /** Trains so many steps or fewer, and takes in what was measured. */
  advance(steps: number, signal: AbortSignal): Promise<void>;
  /** After the GPU was lost: what beside the trainer lived there is made again. */
  revive(): Promise<void>;
  dispose(): void;
}

/** A setup is flat, so that an address can hold it. */
export type Flat<Setup> = SharedSetup & { readonly [Key in keyof Setup]: string | number };

/** What a page has of its own. */
export interface PageParts<Setup extends Flat<Setup>, Run extends LiveRun> {
  parseHash(hash: string): { readonly setup: Setup; readonly ignored: readonly string[] };
  formatHash(setup: Setup): string;
  /** Which changes need new networks and plans; the others move while the training runs. */
  needsRestart(before: Setup, after: Setup): boolean;
  controls(setup: Setup, changed: (setup: Setup) => void): Controls<Setup>;
  /** The page's words for what helps. */
  surface(setup: Setup): Surface;
  /** A training of a setup, with something to show. */
  create(engine: Engine, setup: Setup, making: Making): Promise<Run>;
  readonly saving: SavingParts<Setup, Run>;
  /** The samples that are shown. */
  samples(run: Run): GivenSamples;
  /** A program that trains the same. */
  program(setup: Setup, run: Run): string;
  /** Buttons that need a training, and those that need one that stands still. */
  readonly needRun: readonly HTMLButtonElement[];
  readonly needPause?: readonly HTMLButtonElement[];
  /** From one picture to the next: milliseconds, and steps where the pace is unknown and at most. */
  readonly stretch: { milliseconds(run: Run): number; readonly atFirst: number; readonly most: number };
  /** Milliseconds from one drawing of the charts to the next. */
  readonly chartInterval: number;
  /** The picture and the numbers. */
  showFrame(run: Run, pace: Pace): void;
  drawCharts(run: Run): void;
  /** After a stretch of so many milliseconds, before it is shown. */
  afterStretch?(run: Run, milliseconds: number): Promise<void>;
  /** Where the training pauses by itself: the steps left until then, and what is said there. */
  readonly goal?: { left(run: Run): number; reached(): string };
  engineMade?(engine: Engine): void;
  /** A training was made. */
  made?(run: Run): void;
  /** What needs no compiling has moved, or a training was made. */
  moved?(run: Run, pace: Pace): void;
  /** The button was pressed. */
  turned?(isTraining: boolean): void;
  themeChanged?(): void;
}

export interface LivePage<Setup, Run> {
  readonly run: Run | undefined;
  readonly setup: Setup;
  readonly isTraining: boolean;
  /** Does something with the training that there is, after what is being done with it. */
  inTurn(task: (run: Run) => Promise<void>): void;
  /** Shows another setup, and makes a training of it. */
  use(setup: Setup): void;
  setTraining(on: boolean): void;
  /** Keeps the run from now on, as when it trains. */
  keep(): void;
  /** Ends a stretch of training early. */
  cutShort(): void;
  say(text: string): void;
  showAll(): void;
  showFrame(): void;
  /** After an error nothing goes on by itself: what is wrong is said, and a button starts anew. */
  fail(error: unknown): void;
}
