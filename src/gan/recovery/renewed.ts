import type { Engine } from "../../engine/engine.ts";
import { messageOf } from "../../errors/checks.ts";
import { DeviceLostError } from "../../errors/errors.ts";

/** Losses in a row after which a trainer that gets no further gives up. */
export const mostLosses = 5;

export const gaveUp = (where: string): DeviceLostError =>
  new DeviceLostError(
    `Trainer: it gives up, since the GPU device was lost ${mostLosses + 1} times in a row ${where}. If it is the work that is too ` +
      "much for the GPU at once, use a smaller batchSize or submitMilliseconds; a later call tries again.",
  );

/** Waits for the engine to have a device again. @throws DeviceLostError if it gets none. */
export async function renewed(engine: Engine): Promise<void> {
  try {
    await engine.renew();
  } catch (cause) {
    if (cause instanceof DeviceLostError) throw cause;
    throw new DeviceLostError(
      `The GPU device is lost, and the trainer can't go on by itself: ${messageOf(cause)} The last checkpoint can be restored there.`,
      { cause },
    );
  }
}

/** What `make` resolves to: made again if the device is lost meanwhile. */
export async function madeAgain<Made>(
  engine: Engine,
  make: () => Promise<Made>,
  signal?: AbortSignal,
): Promise<Made & { readonly recovers: true }> {
  for (let losses = 0; ; losses++) {
    if (engine.isLost) await unlessAborted(renewed(engine), signal);
    try {
      return { ...(await make()), recovers: true };
    } catch (error) {
      if (!engine.isLost || signal?.aborted) throw error;
      if (losses >= mostLosses) throw gaveUp("while it was being created");
    }
  }
}

async function unlessAborted(work: Promise<void>, signal?: AbortSignal): Promise<void> {
  let end = () => {};
  const aborted = new Promise<never>((_, reject) => {
    end = () => reject(signal?.reason);
  });
  if (signal?.aborted) end();
  signal?.addEventListener("abort", end);
  await Promise.race([work, aborted]).finally(() => signal?.removeEventListener("abort", end));
}
