import type { Chosen } from "../../choices/registry.ts";
import { OptionError } from "../../errors/errors.ts";
import { inSequence } from "../../nn/inner_layers.ts";
import type { Network } from "../../nn/network/network.ts";
import { type Advice, type Change, type Remedy, remedy } from "../../probes/remedies.ts";
import type { GanParts } from "../adversary/gan_game.ts";
import { type ResolvedLoss, sidesOf } from "../losses/loss.ts";
import type { Penalty, ResolvedPenalty } from "../penalties/penalty.ts";
import type { ResolvedTrick, Trick } from "../tricks/trick.ts";

/** A combination of choices that can't work, or works badly. */
interface Rule {
  readonly applies: (config: GanParts) => boolean;
  readonly reason: (config: GanParts) => string;
}

interface Advising {
  readonly applies: Rule["applies"];
  readonly advice: (config: GanParts) => Advice | undefined;
}

const bindsGradient = ({ penalties: chosen }: GanParts): string | undefined =>
  chosen.find(({ entry }) => entry.bindsGradient)?.name;
const clipsWeights = ({ optimizers }: GanParts) => optimizers.discriminator.clipWeights > 0;
/** The longest interval of a penalty. */
const lazyInterval = ({ penalties }: GanParts) => Math.max(1, ...penalties.map(({ interval }) => interval));
const bindsCritic = (config: GanParts) =>
  bindsGradient(config) !== undefined || clipsWeights(config) || config.tricks.some(({ entry }) => entry.bindsGradient);
const isAutoencoder = ({ loss }: GanParts) => sidesOf(loss).output === "error";
const needsImages = (config: GanParts): string | undefined =>
  [
    ...config.tricks.filter(({ entry }) => entry.needsImages).map(({ name }) => name),
    ...config.penalties.filter(({ entry }) => entry.needsImages).map(({ name }) => name),
  ][0];
const needingLogits = (chosen: readonly Chosen<Penalty | Trick>[]): readonly string[] =>
  chosen.filter(({ entry }) => entry.needsLogits).map(({ name }) => name);

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
function isTooNarrow({ generator, data: { range } }: GanParts): boolean {
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
      `the penalty ${bindsGradient(config)} is about the slope of a critic's score, but with ${config.loss.name} the ` +
      "discriminator gives reconstruction errors; leave the penalty out.",
  },
  {
    applies: (config) => isAutoencoder(config) && needingLogits(config.penalties).length > 0,
    reason: ({ loss, penalties }) =>
      `${needingLogits(penalties)[0]} regularises logits, and ${loss.name} has none; leave it out.`,
  },
  {
    applies: (config) => isAutoencoder(config) && needingLogits(config.tricks).length > 0,
    reason: ({ loss, tricks }) =>
      `${needingLogits(tricks)[0]} reads logits of a scalar critic, and ${loss.name} has none; leave it out.`,
  },
  {
    applies: (config) => needsImages(config) !== undefined && config.data.sampleShape.length !== 3,
    reason: (config) =>
      `${needsImages(config)} works on images [height, width, channels], but "${config.data.name}" has samples of shape ` +
      `[${config.data.sampleShape.join(", ")}].`,
  },
];

/** What works badly, and is said once. */
const discouraged: readonly Advising[] = [
  {
    applies: (config) => sidesOf(config.loss).warning !== undefined && !bindsCritic(config),
    advice: ({ loss }) => sidesOf(loss).warning,
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
    applies: (config) => lazyInterval(config) > 1,
    advice: (config) => ({
      // With R1 and R2 every 8 steps R3GAN failed on stacked digits and on points in the plane.
      problem:
        `Penalties every ${lazyInterval(config)} steps save time, and let runs on small data diverge (Huang et al. 2024, ` +
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
      problem: `The discriminator ends in a sigmoid, but the loss ${loss.name} takes logits.`,
      remedies: [remedy("", { kind: "advice", about: "discriminator", text: "leave the sigmoid out" })],
    }),
  },
  {
    applies: ({ data }) => data.advice !== undefined,
    advice: ({ data }) => data.advice,
  },
];

/** @throws OptionError with the reason, for choices that don't go together. */
export function assertCombination(config: GanParts): void {
  const broken = refusal(config);
  if (broken) throw new OptionError(`Trainer: ${broken.reason(config)}`);
}

const refusal = (config: GanParts) => refused.find(({ applies }) => applies(config));

/** Advice on choices that go together badly. */
export function adviceOn(config: GanParts): readonly Advice[] {
  return discouraged.flatMap(({ applies, advice }) => (applies(config) ? (advice(config) ?? []) : []));
}

/** What remedies name, from the registries: left out where a trainer knows objects alone. */
export interface NamedChoices {
  loss(where: string, choice: NamedChange): ResolvedLoss;
  penalty(where: string, choice: NamedChange): ResolvedPenalty;
  trick(where: string, choice: NamedChange): ResolvedTrick;
}

type NamedChange = { readonly type: string } & Readonly<Record<string, unknown>>;

/** Those remedies that change something in this configuration, go together with it, and bring no new advice against them. */
export function fittingRemedies(
  remedies: readonly Remedy[],
  config: GanParts,
  named?: NamedChoices,
): readonly Remedy[] {
  return remedies.filter(({ changes }) => {
    const changed = changes.reduce<GanParts | undefined>(
      (before, change) => before && changedBy(before, change, named),
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
function changedBy(config: GanParts, change: Change, named?: NamedChoices): GanParts | undefined {
  if (change.kind === "scale") {
    return change.name === "discriminatorSteps" && config.discriminatorSteps * change.factor < 1 ? undefined : config;
  }
  if (change.kind === "advice" || change.kind === "momentum") return config;
  if (change.kind === "optimizer") {
    const { generator, discriminator } = config.optimizers;
    // What a remedy names clips nothing.
    const optimizers = {
      generator: { ...generator, clipWeights: 0 },
      discriminator: { ...discriminator, clipWeights: 0 },
    };
    return { ...config, optimizers };
  }
  const { kind, name: type, options } = change;
  const { loss, play, penalties, tricks } = config;
  const present = { loss: [loss], play: [play], penalty: penalties, trick: tricks }[kind];
  if (present.some(({ name }) => name === type)) return undefined;
  if (kind === "play" || !named) return config;
  const given = { type, ...options };
  if (kind === "trick") return { ...config, tricks: [...tricks, named.trick("Trainer", given)] };
  if (kind === "loss") return { ...config, loss: named.loss("Trainer", given) };
  return { ...config, penalties: [...config.penalties, named.penalty("Trainer", given)] };
}
