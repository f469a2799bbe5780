import { data, type gan, nn } from "../../src/index.ts";

/** A small GAN as data: it can be printed as the code that a user would write, made, and made smaller. */
export interface GameCase {
  readonly latent: readonly number[];
  readonly sample: readonly number[];
  readonly generator: readonly LayerCall[];
  readonly discriminator: readonly LayerCall[];
  /** All else of the configuration: plain JSON. */
  readonly config: Readonly<Record<string, unknown>>;
}

/** `nn.<layer>(...args)`, where the arguments may hold more layers. */
export interface LayerCall {
  readonly layer: string;
  readonly args: readonly unknown[];
}

export const isLayerCall = (value: unknown): value is LayerCall =>
  typeof value === "object" && value !== null && "layer" in value;

type Factory = (...args: unknown[]) => nn.Layer;

/** @throws SaddlepointError for arguments that the layer refuses. */
export function makeLayer({ layer, args }: LayerCall): nn.Layer {
  return (nn as unknown as Readonly<Record<string, Factory>>)[layer]!(...args.map(withLayers));
}

function withLayers(argument: unknown): unknown {
  if (isLayerCall(argument)) return makeLayer(argument);
  if (Array.isArray(argument)) return argument.map(withLayers);
  if (typeof argument !== "object" || argument === null) return argument;
  return Object.fromEntries(Object.entries(argument).map(([name, part]) => [name, withLayers(part)]));
}

/** The configuration of a trainer. @throws SaddlepointError for networks that don't fit together. */
export function makeConfig({ latent, sample, generator, discriminator, config }: GameCase): gan.TrainerConfig {
  return {
    generator: nn.network(latent, generator.map(makeLayer)),
    discriminator: nn.network(sample, discriminator.map(makeLayer)),
    data: data.sampler({
      sampleShape: sample,
      sample: (random, size) => random.normal([size, ...sample]).tanh(),
    }),
    ...config,
  };
}

export function gameCode({ latent, sample, generator, discriminator, config }: GameCase): string {
  const layers = (calls: readonly LayerCall[]) => calls.map((call) => `\n    ${written(call)},`).join("");
  return `const trainer = await gan.Trainer.create(engine, {
  generator: nn.network(${written(latent)}, [${layers(generator)}
  ]),
  discriminator: nn.network(${written(sample)}, [${layers(discriminator)}
  ]),
  data: data.sampler({ sampleShape: ${written(sample)}, sample: (random, size) => random.normal([size, ...${written(sample)}]).tanh() }),
${Object.entries(config)
  .map(([name, value]) => `  ${name}: ${written(value)},\n`)
  .join("")}});
for await (const report of trainer.train({ steps: 3, reportEvery: 3 })) console.log(report.losses);`;
}

function written(value: unknown): string {
  if (isLayerCall(value)) return `nn.${value.layer}(${value.args.map(written).join(", ")})`;
  if (Array.isArray(value)) return `[${value.map(written).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  return `{ ${Object.entries(value)
    .map(([name, part]) => `${name}: ${written(part)}`)
    .join(", ")} }`;
}
