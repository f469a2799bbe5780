/** From a live page's setup to a trainer's options, and back to what moves while it trains. */
import type { gan, probes } from "saddlepoint";
import { probeEvery } from "./measured.ts";
import type { Keepsakes } from "./saving/keepsakes.ts";
import type { SharedSetup } from "./setup.ts";

/** What the making of a training tells of, and what ends it. */
export interface Making {
  readonly signal: AbortSignal;
  progress(done: number, total: number): void;
  warning(advice: probes.Advice): void;
  say(text: string): void;
  /** A run to go on with; the training begins anew where there is none. */
  readonly opened?: { readonly keepsakes: Keepsakes; restore(trainer: gan.Trainer): void };
}

/** What a setup says of the game, as a trainer takes it. */
export const gameOptions = (setup: SharedSetup) =>
  ({
    loss: setup.loss,
    penalties: setup.penalty === "none" ? [] : [{ type: setup.penalty, weight: setup.penaltyWeight }],
    tricks: setup.trick === "none" ? [] : [{ type: setup.trick }],
    play: setup.play,
    ...(setup.average > 0 && { generatorAverage: { decay: setup.average } }),
    discriminatorSteps: setup.discriminatorSteps,
    seed: setup.seed,
  }) satisfies Partial<gan.TrainerConfig>;

/** What a page adds to them, which moves no bit of the training. */
export const pageOptions = ({ signal, progress, warning }: Making) =>
  ({
    probes: { every: probeEvery },
    progress,
    signal,
    onWarning: (_, advice) => warning(advice),
  }) satisfies Partial<gan.TrainerConfig>;

/** Moves what needs no compiling. */
export function moveControls({ controls }: gan.Trainer, setup: SharedSetup): void {
  controls.set("generatorLearningRate", setup.generatorRate);
  controls.set("discriminatorLearningRate", setup.discriminatorRate);
  if (setup.penalty !== "none") controls.set(`${setup.penalty}Weight`, setup.penaltyWeight);
}
