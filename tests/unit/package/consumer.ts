/**
 * What a user of the package writes: the example of the documentation, with small networks. The tests compile it against
 * the installed package's types, bundle it for a page, and run it wherever there is WebGPU.
 */
import { data, Engine, type EngineOptions, gan, nn } from "saddlepoint";

export interface RingRun {
  readonly adapter: string;
  /** Of every tenth step. */
  readonly losses: readonly { readonly generator: number; readonly discriminator: number }[];
  readonly samples: readonly number[];
  readonly sampleShape: readonly number[];
}

/** Trains a generator of eight Gaussians on a ring for a few steps, with the penalty that is named. */
export async function trainRing(options: EngineOptions, penalty: "r1" | "wganGp", steps: number): Promise<RingRun> {
  const engine = await Engine.create({ ...options, onWarning: () => undefined });
  const trainer = await gan.Trainer.create(engine, {
    generator: nn.mlp([2, 32, 32, 2], { activation: "relu" }),
    discriminator: nn.mlp([2, 32, 32, 1], { activation: "leakyRelu" }),
    data: data.gaussianRing({ modes: 8 }),
    ...(penalty === "r1"
      ? { loss: "non-saturating", penalties: [gan.r1({ weight: 0.1 })] }
      : { loss: "wasserstein", penalties: [gan.wganGp({ weight: 1 })] }),
    optimizer: { type: "adam", lr: 1e-3, betas: [0.5, 0.999] },
    seed: 1,
    submitMilliseconds: 100,
  });
  const losses: { generator: number; discriminator: number }[] = [];
  for await (const report of trainer.train({ steps, reportEvery: 10 })) losses.push(report.losses);
  const images = await trainer.sample(64);
  const run = {
    adapter: engine.adapterName,
    losses,
    samples: Array.from(images.values),
    sampleShape: images.shape,
  };
  trainer.dispose();
  engine.destroy();
  return run;
}
