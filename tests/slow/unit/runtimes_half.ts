/** Training with values kept as f16, beside the same training in f32; runs in any runtime. */
import { data, Engine, type EngineOptions, gan, nn } from "../../../src/index.ts";

export interface HalfRun {
  readonly adapter: string;
  /** False where the adapter has no shader-f16: then nothing was run. */
  readonly hasHalf: boolean;
  readonly runs: readonly {
    readonly name: string;
    /** Root mean square of the difference of both players' losses, as a share of that of the losses. */
    readonly difference: number;
    /** Bytes of the values between kernels, in f32 and in mixed precision. */
    readonly bytes: readonly [number, number];
    readonly lossScale: number;
    readonly overflows: number;
  }[];
}

const steps = 200;
/** The rate that was published with DCGAN. At larger ones two networks chase each other, and any rounding grows. */
const optimizer = { type: "adam", lr: 2e-4, betas: [0.5, 0.999] } as const;

const ring = {
  generator: nn.mlp([2, 128, 128, 2]),
  discriminator: nn.mlp([2, 128, 128, 1], { activation: "leakyRelu" }),
  data: data.gaussianRing(),
  batchSize: 256,
  optimizer,
};
const { generator, discriminator } = gan.dcgan({ imageSize: 28, width: 8, latent: 16 });

const configs: Readonly<Record<string, gan.TrainerConfig>> = {
  ring,
  "ring with R1": { ...ring, penalties: [gan.r1({ weight: 1 })] },
  "recomputed ring": { ...ring, recompute: "both" },
  DCGAN: { generator, discriminator, data: data.glyphs({ count: 256 }), batchSize: 32, optimizer },
};

export async function compareHalf(options: EngineOptions): Promise<HalfRun> {
  const engine = await Engine.create({ ...options, onWarning: () => undefined });
  const hasHalf = engine.features.has("shader-f16");
  const runs: HalfRun["runs"][number][] = [];
  for (const [name, config] of hasHalf ? Object.entries(configs) : []) {
    const whole = await train(engine, { ...config, precision: "f32" });
    const half = await train(engine, { ...config, precision: "mixed" });
    const difference =
      Math.hypot(...whole.losses.map((loss, i) => loss - (half.losses[i] as number))) / Math.hypot(...whole.losses);
    const { lossScale, overflows } = half;
    runs.push({ name, difference, bytes: [whole.bytes, half.bytes], lossScale, overflows });
  }
  const adapter = engine.adapterName;
  engine.destroy();
  return { adapter, hasHalf, runs };
}

async function train(engine: Engine, config: gan.TrainerConfig) {
  const trainer = await gan.Trainer.create(engine, { ...config, probes: { every: 0 }, submitMilliseconds: 100 });
  const columns: Record<string, number[]> = {};
  for await (const { telemetry } of trainer.train({ steps, reportEvery: steps })) {
    for (const { name, offset } of telemetry.columns) {
      columns[name] = telemetry.rows.map(({ values }) => values[offset] as number);
    }
  }
  const of = (name: string) => columns[name] ?? [];
  const bytes = trainer.memory().values;
  trainer.dispose();
  return {
    losses: [...of("loss/discriminator"), ...of("loss/generator")],
    bytes,
    lossScale: of("lossScale/generator").at(-1) ?? 1,
    overflows: of("overflowed/generator").reduce((sum, value) => sum + value, 0),
  };
}
