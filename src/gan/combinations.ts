import { OptionError } from "../gpu/errors.ts";
import { inSequence } from "../nn/inner_layers.ts";
import type { Network } from "../nn/network.ts";
import { type Advice, type Change, type Remedy, remedy } from "../probes/remedies.ts";
import { createLoss, resolveLoss } from "./losses/registry.ts";
import { resolvePenalty } from "./penalties/registry.ts";
import type { ResolvedConfig } from "./trainer_config.ts";

/** A combination of choices that can't work, or works badly. */
interface Rule {
  readonly applies: (config: ResolvedConfig) => boolean;
  readonly reason: (config: ResolvedConfig) => string;
}

interface Advising {
  readonly applies: Rule["applies"];
  readonly advice: (config: ResolvedConfig) => Advice;
}

const bindsGradient = ({ penalties: chosen }: ResolvedConfig): string | undefined =>
  chosen.find(({ penalty }) => penalty.bindsGradient)?.type;
const hasPenalty = (config: ResolvedConfig, type: string) => config.penalties.some((chosen) => chosen.type === type);
const hasTrick = (config: ResolvedConfig, type: string) => config.tricks.some((chosen) => chosen.type === type);
const clipsWeights = ({ optimizers }: ResolvedConfig) => (optimizers.discriminator.clipWeights ?? 0) > 0;
const bindsCritic = (config: ResolvedConfig) =>
  bindsGradient(config) !== undefined || clipsWeights(config) || hasTrick(config, "spectralNorm");
const isAutoencoder = ({ loss }: ResolvedConfig) => createLoss(loss).reconstructionError !== undefined;
const needsImages = (config: ResolvedConfig): string | undefined =>
  [
    ...config.tricks.filter(({ trick }) => trick.needsImages).map(({ type }) => type),
    ...config.penalties.filter(({ penalty }) => penalty.needsImages).map(({ type }) => type),
  ][0];

/** What an activation at the end of a network keeps within. */
const bounds: Readonly<Record<string, readonly [number, number]>> = { tanh: [-1, 1], sigmoid: [0, 1] };

/** The kind of a network's last layer, but for what only gives another shape. */
const endOf = ({ layers, inputShape }: Network): string =>
  inSequence(layers, inputShape)
    .parts.flatMap(({ layer, input }) =>
      layer.kind === "sequential" && layer.inner ? layer.inner(input).map((part) => part.layer.kind) : layer.kind,
    )
    .filter((kind) => kind !== "reshape" && kind !== "flatten")
    .at(-1) ?? "";

/** Whether the generator's end can't reach all of the data; a hundredth is not worth a word. */
function isTooNarrow({ generator, data: { range } }: ResolvedConfig): boolean {
  const reach = bounds[endOf(generator)];
  return reach !== undefined && range !== undefined && (range[0] < reach[0] - 0.01 || range[1] > reach[1] + 0.01);
}

const interval = (ends: readonly number[] = []) => ends.map((end) => Number(end.toPrecision(3))).join(" to ");

/** What is refused, with the reason. */
const refused: readonly Rule[] = [
  {
    applies: (config) => clipsWeights(config) && bindsGradient(config) !== undefined,
    reason: (config) =>
      `weight clipping and the penalty ${bindsGradient(config)} bind the critic's slope in two ways that work against each ` +
      "other; keep one of them.",
  },
  {
    applies: (config) => isAutoencoder(config) && bindsGradient(config) !== undefined,
    reason: (config) =>
      `the penalty ${bindsGradient(config)} is about the slope of a critic's score, but with ${config.loss.type} the ` +
      "discriminator gives reconstruction errors; leave the penalty out.",
  },
  {
    applies: (config) => isAutoencoder(config) && hasPenalty(config, "leCam"),
    reason: ({ loss }) => `leCam regularises logits, and ${loss.type} has none; leave it out.`,
  },
  {
    applies: (config) => isAutoencoder(config) && (hasTrick(config, "pac") || hasTrick(config, "adaptiveAugment")),
    reason: ({ loss }) => `pac and adaptiveAugment read logits of a scalar critic, and ${loss.type} has none.`,
  },
  {
    applies: (config) => needsImages(config) !== undefined && config.data.sampleShape.length !== 3,
    reason: (config) =>
      `${needsImages(config)} works on images [height, width, channels], but "${config.data.name}" has samples of shape ` +
      `[${config.data.sampleShape.join(", ")}].`,
  },
  {
    applies: ({ precision, play }) => precision === "mixed" && play.isJoint,
    reason: ({ play }) =>
      `the play ${play.name} differentiates gradients, which f16 does not survive; use precision "f32".`,
  },
];

/** What works badly, and is said once. */
const discouraged: readonly Advising[] = [
  {
    applies: (config) => createLoss(config.loss).warning !== undefined && !bindsCritic(config),
    advice: ({ loss }) => createLoss(loss).warning as Advice,
  },
  {
    applies: (config) => config.discriminator.mixesSamples && bindsGradient(config) !== undefined,
    advice: (config) => ({
      problem:
        `The penalty ${bindsGradient(config)} is about each sample's own slope, but in this discriminator samples act on ` +
        "each other (Gulrajani et al. 2017, section 4).",
      remedies: [
        remedy("", { kind: "advice", about: "discriminator", text: "use layer norm or no normalisation in it" }),
      ],
    }),
  },
  {
    applies: ({ penaltyInterval }) => penaltyInterval > 1,
    advice: ({ penaltyInterval }) => ({
      // With R1 and R2 every 8 steps R3GAN failed on stacked digits and on points in the plane.
      problem:
        `Penalties every ${penaltyInterval} steps save time, and let runs on small data diverge (Huang et al. 2024, ` +
        "appendix E).",
      remedies: [],
    }),
  },
  {
    applies: isTooNarrow,
    advice: ({ generator, data: { name, range } }) => {
      const end = endOf(generator);
      return {
        problem: `The generator ends in a ${end}, which gives ${interval(bounds[end])}, but "${name}" has numbers from ${interval(range)}.`,
        remedies: [
          remedy("", { kind: "advice", about: "generator", text: "end it in a linear layer, or scale the data" }),
        ],
      };
    },
  },
  {
    applies: (config) => endOf(config.discriminator) === "sigmoid" && !isAutoencoder(config),
    advice: ({ loss }) => ({
      problem: `The discriminator ends in a sigmoid, but the loss ${loss.type} takes logits.`,
      remedies: [remedy("", { kind: "advice", about: "discriminator", text: "leave the sigmoid out" })],
    }),
  },
  {
    applies: ({ data }) => data.advice !== undefined,
    advice: ({ data }) => data.advice as Advice,
  },
];

/** @throws OptionError with the reason, for choices that don't go together. */
export function assertCombination(config: ResolvedConfig): void {
  const broken = refusal(config);
  if (broken) throw new OptionError(`Trainer: ${broken.reason(config)}`);
}

const refusal = (config: ResolvedConfig) => refused.find(({ applies }) => applies(config));

/** Advice on choices that go together badly. */
export function adviceOn(config: ResolvedConfig): readonly Advice[] {
  return discouraged.filter(({ applies }) => applies(config)).map(({ advice }) => advice(config));
}

/** Those remedies that change something in this configuration, go together with it, and bring no new advice against them. */
export function fittingRemedies(remedies: readonly Remedy[], config: ResolvedConfig): readonly Remedy[] {
  return remedies.filter(({ changes }) => {
    const changed = changes.reduce<ResolvedConfig | undefined>(
      (before, change) => before && changedBy(before, change),
      config,
    );
    return (
      changed !== undefined &&
      refusal(changed) === undefined &&
      isAutoencoder(changed) === isAutoencoder(config) &&
      discouraged.every(({ applies }) => applies(config) || !applies(changed))
    );
  });
}

/** The configuration with a change, as far as the rules above look at it; undefined if that changes nothing. */
function changedBy(config: ResolvedConfig, change: Change): ResolvedConfig | undefined {
  if (change.kind === "scale") {
    return change.name === "discriminatorSteps" && config.discriminatorSteps * change.factor < 1 ? undefined : config;
  }
  if (change.kind === "advice") return config;
  const { kind, name: type, options } = change;
  const given = { type, ...options } as never;
  if (kind === "loss") return config.loss.type === type ? undefined : { ...config, loss: resolveLoss(given) };
  if (kind === "trick") return hasTrick(config, type) ? undefined : config;
  return hasPenalty(config, type) ? undefined : { ...config, penalties: [...config.penalties, resolvePenalty(given)] };
}
