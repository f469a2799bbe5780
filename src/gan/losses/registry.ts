import { type Aliases, choiceOf } from "../../gpu/checks.ts";
import { type GivenOptions, type OptionValues, resolveOptions } from "../options.ts";
import { beganEntry } from "./began.ts";
import { boundarySeeking } from "./boundary_seeking.ts";
import { dualContrastive } from "./dual_contrastive.ts";
import { ebganEntry } from "./ebgan.ts";
import { fJensenShannon, fKl, fPearson, fReverseKl, fSquaredHellinger } from "./f_divergences.ts";
import { hinge } from "./hinge.ts";
import { imle } from "./imle.ts";
import { leastSquaresEntry } from "./least_squares.ts";
import { type GanLoss, type LossEntry, plainLoss } from "./loss.ts";
import { minimaxEntry } from "./minimax.ts";
import { nonSaturatingEntry } from "./non_saturating.ts";
import { relativistic } from "./relativistic.ts";
import { relativisticAverage } from "./relativistic_average.ts";
import { softmax } from "./softmax.ts";
import { wasserstein } from "./wasserstein.ts";

/** Written out, since a type that is inferred would lose the comments of its options in the declarations. */
type Losses = {
  readonly minimax: typeof minimaxEntry;
  readonly "non-saturating": typeof nonSaturatingEntry;
  readonly hinge: LossEntry<Record<never, never>>;
  readonly wasserstein: LossEntry<Record<never, never>>;
  readonly "least-squares": typeof leastSquaresEntry;
  readonly relativistic: LossEntry<Record<never, never>>;
  readonly "relativistic-average": LossEntry<Record<never, never>>;
  readonly "f-kl": LossEntry<Record<never, never>>;
  readonly "f-reverse-kl": LossEntry<Record<never, never>>;
  readonly "f-pearson": LossEntry<Record<never, never>>;
  readonly "f-jensen-shannon": LossEntry<Record<never, never>>;
  readonly "f-squared-hellinger": LossEntry<Record<never, never>>;
  readonly began: typeof beganEntry;
  readonly ebgan: typeof ebganEntry;
  readonly softmax: LossEntry<Record<never, never>>;
  readonly "boundary-seeking": LossEntry<Record<never, never>>;
  readonly "dual-contrastive": LossEntry<Record<never, never>>;
  readonly imle: LossEntry<Record<never, never>>;
};

/** Losses by name. */
export const losses: Losses = {
  minimax: minimaxEntry,
  "non-saturating": nonSaturatingEntry,
  hinge: plainLoss(hinge),
  wasserstein: plainLoss(wasserstein),
  "least-squares": leastSquaresEntry,
  relativistic: plainLoss(relativistic),
  "relativistic-average": plainLoss(relativisticAverage),
  "f-kl": plainLoss(fKl),
  "f-reverse-kl": plainLoss(fReverseKl),
  "f-pearson": plainLoss(fPearson),
  "f-jensen-shannon": plainLoss(fJensenShannon),
  "f-squared-hellinger": plainLoss(fSquaredHellinger),
  began: beganEntry,
  ebgan: ebganEntry,
  softmax: plainLoss(softmax),
  "boundary-seeking": plainLoss(boundarySeeking),
  "dual-contrastive": plainLoss(dualContrastive),
  imle: plainLoss(imle),
};

export type LossName = keyof typeof losses;

type OptionsOf<Name extends LossName> = (typeof losses)[Name]["options"];

/** A loss by its name, or with options: `{ type: "non-saturating", smoothing: 0.1 }`. */
export type LossConfig =
  | LossName
  | { readonly [Name in LossName]: { readonly type: Name } & GivenOptions<OptionsOf<Name>> }[LossName];

/** A loss with all of its options. */
export type ResolvedLoss = {
  readonly [Name in LossName]: { readonly type: Name } & OptionValues<OptionsOf<Name>>;
}[LossName];

/** What papers and other libraries call them. By "vanilla" or "BCE" they mean the form that is trained with. */
export const lossAliases: Aliases = {
  "non-saturating": "bce gan logistic ns nsgan sgan vanilla",
  "least-squares": "lsgan mse",
  minimax: "saturating",
  wasserstein: "emd wgan",
  relativistic: "rgan rpgan rsgan",
  "relativistic-average": "ragan rasgan",
  "boundary-seeking": "bgan",
  '"wasserstein" with the penalty "wganGp"': "wgangp",
  '"wasserstein" with the penalty "wganLp"': "wganlp",
  '"wasserstein" with the penalty "wganDiv"': "wgandiv",
  '"relativistic" with the penalties "r1" and "r2"': "r3gan",
};

/** @throws OptionError for an unknown name, or an option that does not exist or is out of range. */
export function resolveLoss(config: LossConfig): ResolvedLoss {
  const { type, ...given } = choiceOf<Exclude<LossConfig, string>>("Trainer", "loss", config, losses, lossAliases);
  return { type, ...resolveOptions(`The loss "${type}"`, losses[type].options, given) } as ResolvedLoss;
}

/** @throws OptionError as `resolveLoss`. */
export function createLoss(config: LossConfig): GanLoss {
  const { type, ...options } = resolveLoss(config);
  const entry: LossEntry = losses[type];
  return entry.create(options);
}
