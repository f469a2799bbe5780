/**
 * A page that wants little: every name from the entry that has it, and objects rather than names. The tests compile it against
 * the installed package's types, bundle it and run it.
 */
import { Engine } from "saddlepoint/core";
import { gaussianRing } from "saddlepoint/data";
import { GameTrainer, ganGame, nonSaturating } from "saddlepoint/gan";
import { mlp } from "saddlepoint/nn";

/** Trains a generator of eight Gaussians on a ring: the losses of the generator, every tenth step. */
export async function trainRing(steps: number): Promise<number[]> {
  const engine = await Engine.create({ onWarning: () => undefined });
  const game = ganGame({
    generator: mlp([2, 32, 32, 2]),
    discriminator: mlp([2, 32, 32, 1]),
    data: gaussianRing(),
    loss: nonSaturating,
  });
  const trainer = await GameTrainer.create(engine, { ...game, seed: 1 });
  const losses: number[] = [];
  for await (const { losses: at } of trainer.train({ steps, reportEvery: 10 })) losses.push(at.generator);
  trainer.dispose();
  engine.destroy();
  return losses;
}
