import type { Engine } from "../../src/engine/engine.ts";
import { SaddlepointError } from "../../src/errors/errors.ts";
import { gan } from "../../src/index.ts";
import { type GameCase, makeConfig } from "./game.ts";

/** What became of a game of three steps. */
export type Outcome =
  | { readonly kind: "refused"; readonly message: string }
  | { readonly kind: "failed"; readonly message: string }
  /** The losses of both players, step by step. */
  | { readonly kind: "played"; readonly losses: readonly number[] };

const steps = 3;

/** Creates a trainer and takes three steps with it. `warnings` is where the engine's go. */
export async function play(
  engine: Engine,
  game: GameCase,
  warnings: readonly string[],
  { fuse = true, judgesValues = true } = {},
): Promise<Outcome> {
  const before = warnings.length;
  let trainer: gan.Trainer;
  try {
    const config = makeConfig(game);
    // The plans with probes are tried, too.
    const probes = { ...config.probes, fromStart: true };
    trainer = await gan.Trainer.create(engine, { ...config, probes, fuse, onWarning: () => undefined });
  } catch (error) {
    // A sentence for what can't be is right; a kernel that does not compile, or a slip of ours, is not.
    const { name, message, stack } = error as Error;
    const isRefusal = error instanceof SaddlepointError && name !== "KernelError" && name !== "DeviceLostError";
    return isRefusal && name !== "SaddlepointError"
      ? { kind: "refused", message }
      : { kind: "failed", message: stack ?? message };
  }
  try {
    const found = await lossesOf(trainer);
    // As many as in training: layers that compare samples in groups take whole groups alone.
    await trainer.sample(trainer.config.batchSize);
    const warned = warnings.slice(before).join("\n");
    if (warned) return { kind: "failed", message: warned };
    if (judgesValues && (found.length !== 2 * steps || !found.every(Number.isFinite))) {
      return { kind: "failed", message: `The losses are ${found.join(", ")}.` };
    }
    return { kind: "played", losses: found };
  } catch (error) {
    return { kind: "failed", message: (error as Error).stack ?? String(error) };
  } finally {
    trainer.dispose();
  }
}

async function lossesOf(trainer: gan.Trainer): Promise<number[]> {
  const found: number[] = [];
  for await (const { telemetry } of trainer.train({ steps, reportEvery: steps })) {
    for (const player of ["discriminator", "generator"]) {
      const column = telemetry.columns.find(({ name }) => name === `loss/${player}`);
      if (column) found.push(...telemetry.rows.map(({ values }) => values[column.offset] as number));
    }
  }
  return found;
}

/** The largest difference of two runs' losses, relative to the larger of the loss and 1. */
export const largestDifference = (a: readonly number[], b: readonly number[]): number =>
  Math.max(...a.map((loss, i) => Math.abs(loss - (b[i] as number)) / Math.max(1, Math.abs(loss))));
