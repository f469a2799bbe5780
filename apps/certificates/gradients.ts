/** Every loss's two gradients by its logits, computed on the GPU, against central differences of its value there. */
import type { Engine } from "../../src/engine/engine.ts";
import { createLoss, type LossName, losses } from "../../src/gan/losses/registry.ts";
import type { Tensor } from "../../src/tensor/tensor.ts";
import { checkGradients } from "../../src/tensor/transforms.ts";
import { agreeing, type Certificate } from "./certificate.ts";

/** Away from the corners of the hinge and of the margins. */
const real = [0.3, -1.4, 2.2, 0.6];
const fake = [-0.7, 1.3, 0.2, -2.1];

/** What a difference quotient in f32 leaves. */
const tolerance = 1e-3;

/** Losses of logits alone: the others have tests of their own. */
function isOfLogits(name: LossName): boolean {
  const { ofSamples, reconstructionError } = createLoss(name);
  return !ofSamples && !reconstructionError;
}

async function certifySide(name: string, f: (...logits: Tensor[]) => Tensor, logits: Tensor[]): Promise<Certificate> {
  const { maxRelativeError } = await checkGradients(f, logits, { tolerance });
  return agreeing({ name, against: "central differences", error: maxRelativeError, tolerance });
}

export async function certifyGradients(engine: Engine): Promise<readonly Certificate[]> {
  const column = (values: readonly number[]) => engine.tensor(values, [values.length, 1]);
  const certificates: Certificate[] = [];
  for (const name of (Object.keys(losses) as LossName[]).filter(isOfLogits)) {
    const loss = createLoss(name);
    const generator = (f: Tensor) => loss.generator(f, column(real));
    const discriminator = (r: Tensor, f: Tensor) => loss.discriminator(r, f);
    certificates.push(
      await certifySide(`${name}, generator`, generator as (...logits: Tensor[]) => Tensor, [column(fake)]),
      await certifySide(`${name}, discriminator`, discriminator as (...logits: Tensor[]) => Tensor, [
        column(real),
        column(fake),
      ]),
    );
  }
  return certificates;
}
