/** Work on the GPU beside a trainer, which goes on by itself when the device is lost. */
import { DeviceLostError, type Engine } from "saddlepoint";

const mostLosses = 5;

/** What `work` resolves to: done again on another device, if that is lost under it. `afterLoss` makes what it needs there. */
export async function onGpu<Result>(
  engine: Engine,
  work: () => Promise<Result>,
  afterLoss: () => Promise<void> = async () => undefined,
): Promise<Result> {
  let losses = 0;
  for (let isLost = false; ; ) {
    try {
      if (isLost) await engine.renew();
      if (isLost) await afterLoss();
      isLost = false;
      return await work();
    } catch (error) {
      if (!(error instanceof DeviceLostError) || ++losses > mostLosses) throw error;
      isLost = true;
    }
  }
}
