import type { TappedSite } from "../autodiff/gradients.ts";
import type { Controls } from "../controls.ts";
import type { PreparedData } from "../data/source.ts";
import type { Engine } from "../engine.ts";
import type { Pass } from "../nn/pass.ts";
import type { Learner, LearnerStep } from "../optim/learner.ts";
import { balance } from "../probes/balance.ts";
import { gradientFlow, halfUnderflow } from "../probes/gradient_flow.ts";
import { lossGain } from "../probes/loss_gain.ts";
import { countNonFinite } from "../probes/probe_values.ts";
import { activationSaturation } from "../probes/saturation.ts";
import type { TelemetryLayout } from "../probes/telemetry.ts";
import { updateRatios } from "../probes/update_ratio.ts";
import { Random } from "../random.ts";
import { Tensor } from "../tensor.ts";
import { grad, type TensorTree } from "../transforms.ts";
import type { ResolvedConfig } from "./config.ts";
import { losses, resolveLoss } from "./losses/registry.ts";
import { resolvePenalty } from "./penalties/registry.ts";

/** Ranges of random streams, so that no two draws of a trainer are ever the same. */
export const streams = {
  generatorParameters: 0x1000,
  discriminatorParameters: 0x2000,
  discriminatorStep: 0x3000,
  generatorStep: 0x4000,
  samples: 0x5000,
  grid: 0x6000,
} as const;

export type ControlName = "generatorLearningRate" | "discriminatorLearningRate" | `${string}Weight`;

/** What the plans of a step are built from. */
export interface StepContext {
  readonly engine: Engine;
  readonly config: ResolvedConfig;
  readonly generator: Learner;
  readonly discriminator: Learner;
  readonly data: PreparedData;
  /** Of the buffers that the data took on the GPU. */
  readonly dataBytes: number;
  readonly controls: Controls<ControlName>;
}

export interface GanStep extends LearnerStep {
  /** Values from which on everything is computed in f32, in a step that is otherwise of mixed precision. */
  readonly precise?: readonly Tensor[];
}

/**
 * One step of the discriminator: loss on a real and a generated batch, penalties, gradient, update. Probes see the sites of
 * the adversarial loss; where samples act on each other (batch norm), those of the generated batch.
 */
export function discriminatorStep(context: StepContext, layout: TelemetryLayout, probed: boolean): GanStep {
  const { engine, config, generator, discriminator, data, controls } = context;
  const { batchSize } = config;
  const random = randomOf(engine, config.seed, discriminator, streams.discriminatorStep);
  const real = flatten(data.batch(random, batchSize));
  const latent = random.normal([batchSize, ...generator.network.inputShape]);
  // The generator is applied as it is in its own step, but keeps nothing of this one.
  const generated = applyNetwork(generator, generator.parameters, latent, generator.pass("training", random));
  const fake = flatten(generated).detach();

  // Penalties differentiate twice, which f16 does not survive: their samples are values of their own.
  const isMixed = config.precision === "mixed";
  const compared = isMixed ? { real: real.copy(), fake: fake.copy() } : { real, fake };

  const sites: TappedSite[] = [];
  const pass = discriminator.pass("training", random);
  let loss = Tensor.scalar(0);
  let logits: { real: Tensor; fake: Tensor } | undefined;
  const gradient = grad(
    (parameters: TensorTree) => {
      logits = bothLogits(discriminator, parameters, real, fake, pass);
      const adversarial = resolveLoss(config.loss).discriminator(logits.real, logits.fake);
      // Penalties see the buffers as they were before the step, and move none.
      const critic = (x: Tensor) =>
        applyNetwork(discriminator, parameters, x, discriminator.pass("training", random), "penalty");
      loss = config.penalties.reduce((total, { type }) => {
        const weight = controls.tensor(`${type}Weight`);
        return total.add(resolvePenalty(type).term({ critic, ...compared, random, weight }));
      }, adversarial);
      return discriminator.scaled(loss);
    },
    { tap: (site) => site.name.startsWith(`${discriminator.name}/`) && sites.push(site) },
  )(discriminator.parameters);

  const step = discriminator.step(gradient, controls.tensor("discriminatorLearningRate"), pass);
  layout.add("loss", { discriminator: loss });
  if (logits) layout.add("balance", balance(logits.real, logits.fake));
  if (probed) {
    layout.add("nonFinite/data/real", { value: countNonFinite(real) });
    addSites(layout, sites, discriminator, "discriminatorGradient", "discriminatorNonFinite");
    layout.add("update", updateRatios(step.change, step.parameters, discriminator.arena.ranges));
  }
  addLossScale(layout, discriminator, step);
  return isMixed ? { ...step, precise: Object.values(compared) } : step;
}

/** One step of the generator, through the discriminator as it stands. */
export function generatorStep(context: StepContext, layout: TelemetryLayout, probed: boolean): GanStep {
  const { engine, config, generator, discriminator, controls } = context;
  const loss = resolveLoss(config.loss);
  const random = randomOf(engine, config.seed, generator, streams.generatorStep);
  const latent = random.normal([config.batchSize, ...generator.network.inputShape]);

  const sites: TappedSite[] = [];
  const pass = generator.pass("training", random);
  // The discriminator is judged as in its own step, but it is the generator's turn: nothing of it moves.
  const frozen = discriminator.pass("training", random);
  let value = Tensor.scalar(0);
  let logits: Tensor | undefined;
  const gradient = grad(
    (parameters: TensorTree) => {
      const fake = flatten(applyNetwork(generator, parameters, latent, pass)).site("generator/output");
      logits = applyNetwork(discriminator, discriminator.parameters, fake, frozen).site("discriminator/logit");
      value = loss.generator(logits);
      return generator.scaled(value);
    },
    { tap: (site) => sites.push(site) },
  )(generator.parameters);

  const step = generator.step(gradient, controls.tensor("generatorLearningRate"), pass);
  layout.add("loss", { generator: value });
  if (logits) layout.add("lossGain", lossGain(loss.logGain(logits), losses[loss.comparedWith].logGain(logits)));
  if (probed) {
    addSites(layout, sites, generator, "gradient", "nonFinite");
    layout.add("update", updateRatios(step.change, step.parameters, generator.arena.ranges));
  }
  addLossScale(layout, generator, step);
  return step;
}

/** Columns of every site that the backward pass came through, in the order of computation. */
function addSites(
  layout: TelemetryLayout,
  sites: readonly TappedSite[],
  learner: Learner,
  gradientPrefix: string,
  nonFinitePrefix: string,
): void {
  const wrap = (node: TappedSite["value"]) => new Tensor(node, learner.engine);
  const forward = [...sites].reverse();
  for (const { name, value } of forward) {
    layout.add(`${nonFinitePrefix}/${name}`, { value: countNonFinite(wrap(value)) });
  }
  for (const { name, cotangent } of sites) {
    const scaled = wrap(cotangent);
    const { nonFinite, ...flow } = gradientFlow(learner.unscaled(scaled));
    if (learner.lossScale) layout.add(`underflow/${name}`, { [learner.name]: halfUnderflow(scaled) });
    layout.add(`${nonFinitePrefix}/${name}`, { gradient: nonFinite as Tensor });
    layout.add(`${gradientPrefix}/${name}`, flow);
  }
  if (gradientPrefix !== "gradient") return;
  for (const { name, derivative } of forward) {
    if (derivative) layout.add(`saturation/${name}`, activationSaturation(wrap(derivative)));
  }
}

/** The loss scale of a step of mixed precision, and whether the step was left out because its gradient overflowed. */
function addLossScale(layout: TelemetryLayout, { name, lossScale }: Learner, { overflowed }: LearnerStep): void {
  if (lossScale) layout.add("lossScale", { [name]: lossScale.scale });
  if (overflowed) layout.add("overflowed", { [name]: overflowed.cast("f32") });
}

/** Samples [count, ...output], drawn anew at every step of the generator. */
export function sampleGraph(context: StepContext, count: number): Tensor {
  const { engine, config, generator } = context;
  return samplesOf(context, randomOf(engine, config.seed, generator, streams.samples), count);
}

/** Samples [count, ...output] from the same latent vectors at every step, to see how they change. */
export function gridGraph(context: StepContext, count: number): Tensor {
  const { engine, config } = context;
  const seed = engine.tensor([config.seed], [], "u32");
  return samplesOf(context, new Random(seed, Tensor.scalar(0, "u32"), streams.grid), count);
}

function samplesOf(context: StepContext, random: Random, count: number): Tensor {
  return samplesFrom(context, random.normal([count, ...context.generator.network.inputShape]));
}

/** The generator as it is used after training: `latent` [count, ...input] to samples [count, numbers a sample]. */
export function samplesFrom({ generator }: StepContext, latent: Tensor): Tensor {
  return flatten(applyNetwork(generator, generator.parameters, latent, generator.pass("evaluation")));
}

function applyNetwork(learner: Learner, parameters: TensorTree, x: Tensor, pass: Pass, scope = learner.name): Tensor {
  return learner.network.apply(parameters, x, { scope, pass });
}

/** Logits of both batches: in one pass, which has half the kernels of two, unless samples act on each other. */
function bothLogits(learner: Learner, parameters: TensorTree, real: Tensor, fake: Tensor, pass: Pass) {
  const count = real.shape[0] as number;
  if (learner.network.mixesSamples) {
    const ofReal = applyNetwork(learner, parameters, real, pass, "real");
    return { real: ofReal, fake: applyNetwork(learner, parameters, fake, pass).site("discriminator/logit") };
  }
  const both = applyNetwork(learner, parameters, Tensor.concat([real, fake]), pass).site("discriminator/logit");
  return { real: both.slice([0, 0], [count, 1]), fake: both.slice([count, 0], [count, 1]) };
}

function randomOf(engine: Engine, seed: number, player: Learner, firstStream: number): Random {
  return new Random(engine.tensor([seed], [], "u32"), engine.read(player.steps), firstStream);
}

/** [batch, numbers a sample]. */
function flatten(x: Tensor): Tensor {
  return x.reshape([x.shape[0] as number, -1]);
}
