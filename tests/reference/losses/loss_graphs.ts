/** What is compared of every loss, as graphs and in closed form. */
import { createLoss, type LossName } from "../../../src/gan/losses/registry.ts";
import { Tensor } from "../../../src/tensor/tensor.ts";
import { grad } from "../../../src/tensor/transforms.ts";
import { carryInHand } from "../carry_in_hand.ts";
import { beganBalance, closedForms } from "./closed_forms.ts";
import { type LogitBatch, logitBatches, type Quantity } from "./closed_forms_kit.ts";

type Compared = Readonly<Record<string, Tensor>>;

/** Both sides, their slopes times the size of the batch, and the logarithm of the gain. */
export function lossGraphs(name: LossName, real: Tensor, fake: Tensor): Compared {
  const loss = createLoss(name);
  const discriminator = (r: Tensor, f: Tensor) =>
    loss.discriminator(
      r,
      f,
      carryInHand(() => Tensor.scalar(beganBalance)),
    );
  const slopesOf = (f: (a: Tensor) => Tensor, a: Tensor) => grad(f)(a).mul(a.size);
  return {
    discriminator: discriminator(real, fake),
    realSlopes: slopesOf((a) => discriminator(a, fake), real),
    fakeSlopes: slopesOf((a) => discriminator(real, a), fake),
    generator: loss.generator(fake, real),
    logGains: loss.logGain(fake, real),
    // No path leads from the logits to what the generator of imle minimises.
    ...(name !== "imle" && { generatorSlopes: slopesOf((a) => loss.generator(a, real), fake) }),
  };
}

/** The same in float64. */
export function lossFormulas(
  name: LossName,
  { real, fake }: LogitBatch,
): Readonly<Record<string, readonly Quantity[]>> {
  const form = closedForms[name];
  return {
    discriminator: [form.discriminator(real, fake)],
    realSlopes: form.realSlopes(real, fake),
    fakeSlopes: form.fakeSlopes(real, fake),
    generator: [form.generator(fake, real)],
    generatorSlopes: form.generatorSlopes(fake, real),
    logGains: form.logGains(fake, real),
  };
}

/**
 * How far values may be off, relative to the size of what they are made of. A difference of logits is off by their own
 * rounding, and so is then the exponential of it in proportion.
 *
 * @param epsilon the distance from 1 to the next number.
 */
export function tolerance(name: LossName, { real, fake }: LogitBatch, epsilon: number): number {
  const largest = Math.max(...[...real, ...fake].map(Math.abs));
  return epsilon * (closedForms[name].isCoupled ? 16 + 2 * largest : 16);
}

export interface Precision {
  readonly relative: number;
  /** What the arithmetic holds of a number. */
  readonly round: (value: number) => number;
  /** What it can't hold, it may flush to zero; anything larger it may not. */
  readonly smallestNormal: number;
}

/** What is wrong with computed values, as sentences. */
export function mismatches(
  actual: ArrayLike<number>,
  expected: readonly Quantity[],
  { relative, round, smallestNormal }: Precision,
): string[] {
  return expected.flatMap(({ value, scale }, i) => {
    const computed = actual[i] as number;
    const wanted = round(value);
    const isClose = Math.abs(computed - wanted) <= relative * scale + logitCount * smallestNormal;
    const isFlushed = computed === 0 && Math.abs(wanted) > relative * scale + 2 * logitCount * smallestNormal;
    const isRight = Number.isFinite(wanted) ? isClose && !isFlushed : computed === wanted;
    return isRight ? [] : [`element ${i} is ${computed}, not ${wanted}`];
  });
}

/** Slopes come divided by it, and are compared times it. */
const logitCount = (logitBatches[0] as LogitBatch).real.length;
