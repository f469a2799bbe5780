import type { TappedSite } from "../autodiff/gradients.ts";
import type { Controls } from "../controls.ts";
import type { PreparedData } from "../data/source.ts";
import type { Engine } from "../engine.ts";
import { balance } from "../probes/balance.ts";
import { gradientFlow } from "../probes/gradient_flow.ts";
import { lossGain } from "../probes/loss_gain.ts";
import { countNonFinite } from "../probes/probe_values.ts";
import { activationSaturation } from "../probes/saturation.ts";
import type { TelemetryLayout } from "../probes/telemetry.ts";
import { updateRatios } from "../probes/update_ratio.ts";
import { Random } from "../random.ts";
import { Tensor } from "../tensor.ts";
import { type TensorTree, valueAndGrad } from "../transforms.ts";
import type { ResolvedConfig } from "./config.ts";
import { losses, resolveLoss } from "./losses/registry.ts";
import { resolvePenalty } from "./penalties/registry.ts";
import type { Player, PlayerStep } from "./player.ts";

/** Ranges of random streams, so that no two draws of a trainer are ever the same. */
export const streams = {
  generatorParameters: 0x1000,
  discriminatorParameters: 0x2000,
  discriminatorStep: 0x3000,
  generatorStep: 0x4000,
  samples: 0x5000,
} as const;

export type ControlName = "generatorLearningRate" | "discriminatorLearningRate" | `${string}Weight`;

/** What the plans of a step are built from. */
export interface StepContext {
  readonly engine: Engine;
  readonly config: ResolvedConfig;
  readonly generator: Player;
  readonly discriminator: Player;
  readonly data: PreparedData;
  readonly controls: Controls<ControlName>;
}

/** One step of the discriminator: loss on a real and a generated batch, penalties, gradient, update. */
export function discriminatorStep(context: StepContext, layout: TelemetryLayout, probed: boolean): PlayerStep {
  const { engine, config, generator, discriminator, data, controls } = context;
  const { batchSize } = config;
  const random = randomOf(engine, config.seed, discriminator, streams.discriminatorStep);
  const real = flatten(data.batch(random, batchSize));
  const latent = random.normal([batchSize, ...generator.network.inputShape]);
  const fake = flatten(generator.network.apply(generator.parameters, latent, "generator")).detach();

  const sites: TappedSite[] = [];
  const critic = (parameters: TensorTree) => (x: Tensor) => discriminator.network.apply(parameters, x, "discriminator");
  let logits: { real: Tensor; fake: Tensor } | undefined;
  const [loss, gradient] = valueAndGrad(
    (parameters: TensorTree) => {
      // One batch of both: half the kernels of two.
      const both = critic(parameters)(Tensor.concat([real, fake])).site("discriminator/logit");
      logits = { real: both.slice([0, 0], [batchSize, 1]), fake: both.slice([batchSize, 0], [batchSize, 1]) };
      const adversarial = resolveLoss(config.loss).discriminator(logits.real, logits.fake);
      return config.penalties.reduce((total, { type }) => {
        const weight = controls.tensor(`${type}Weight`);
        return total.add(resolvePenalty(type).term({ critic: critic(parameters), real, fake, random, weight }));
      }, adversarial);
    },
    { tap: (site) => sites.push(site) },
  )(discriminator.parameters);

  const step = discriminator.step(gradient, controls.tensor("discriminatorLearningRate"));
  layout.add("loss", { discriminator: loss });
  if (logits) layout.add("balance", balance(logits.real, logits.fake));
  if (probed) {
    layout.add("nonFinite/data/real", { value: countNonFinite(real) });
    addSites(layout, sites, engine, "discriminatorGradient", "discriminatorNonFinite");
    layout.add("update", updateRatios(step.change, step.parameters, discriminator.arena.ranges));
  }
  return step;
}

/** One step of the generator, through the discriminator as it stands. */
export function generatorStep(context: StepContext, layout: TelemetryLayout, probed: boolean): PlayerStep {
  const { engine, config, generator, discriminator, controls } = context;
  const loss = resolveLoss(config.loss);
  const random = randomOf(engine, config.seed, generator, streams.generatorStep);
  const latent = random.normal([config.batchSize, ...generator.network.inputShape]);

  const sites: TappedSite[] = [];
  let logits: Tensor | undefined;
  const [value, gradient] = valueAndGrad(
    (parameters: TensorTree) => {
      const fake = flatten(generator.network.apply(parameters, latent, "generator")).site("generator/output");
      logits = discriminator.network.apply(discriminator.parameters, fake, "discriminator").site("discriminator/logit");
      return loss.generator(logits);
    },
    { tap: (site) => sites.push(site) },
  )(generator.parameters);

  const step = generator.step(gradient, controls.tensor("generatorLearningRate"));
  layout.add("loss", { generator: value });
  if (logits) layout.add("lossGain", lossGain(loss.logGain(logits), losses[loss.comparedWith].logGain(logits)));
  if (probed) {
    addSites(layout, sites, engine, "gradient", "nonFinite");
    layout.add("update", updateRatios(step.change, step.parameters, generator.arena.ranges));
  }
  return step;
}

/** Columns of every site that the backward pass came through, in the order of computation. */
function addSites(
  layout: TelemetryLayout,
  sites: readonly TappedSite[],
  engine: Engine,
  gradientPrefix: string,
  nonFinitePrefix: string,
): void {
  const wrap = (node: TappedSite["value"]) => new Tensor(node, engine);
  const forward = [...sites].reverse();
  for (const { name, value } of forward) {
    layout.add(`${nonFinitePrefix}/${name}`, { value: countNonFinite(wrap(value)) });
  }
  for (const { name, cotangent } of sites) {
    const { nonFinite, ...flow } = gradientFlow(wrap(cotangent));
    layout.add(`${nonFinitePrefix}/${name}`, { gradient: nonFinite as Tensor });
    layout.add(`${gradientPrefix}/${name}`, flow);
  }
  if (gradientPrefix !== "gradient") return;
  for (const { name, derivative } of forward) {
    if (derivative) layout.add(`saturation/${name}`, activationSaturation(wrap(derivative)));
  }
}

/** Samples [count, ...output], drawn anew at every step of the generator. */
export function sampleGraph(context: StepContext, count: number): Tensor {
  const { engine, config, generator } = context;
  const random = randomOf(engine, config.seed, generator, streams.samples);
  const latent = random.normal([count, ...generator.network.inputShape]);
  return flatten(generator.network.apply(generator.parameters, latent, "generator"));
}

function randomOf(engine: Engine, seed: number, player: Player, firstStream: number): Random {
  return new Random(engine.tensor([seed], [], "u32"), engine.read(player.steps), firstStream);
}

/** [batch, numbers a sample]. */
function flatten(x: Tensor): Tensor {
  return x.reshape([x.shape[0] as number, -1]);
}
