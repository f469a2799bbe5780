import { type ByName, defineRegistry, type NamedChoice, type OwnChoice } from "../../choices/registry.ts";
import type { Aliases } from "../../errors/checks.ts";
import * as all from "./all.ts";
import { type GanLoss, type LossEntry, lossKind, type ResolvedLoss, sidesOf } from "./loss.ts";

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

export const lossRegistry = defineRegistry(lossKind, all, {
  aliases: lossAliases,
  first: ["minimax", "non-saturating", "hinge", "wasserstein", "least-squares", "relativistic", "relativistic-average"],
});

/** Losses by name. */
export const losses: ByName<typeof all> = lossRegistry.entries;

export type LossName = keyof typeof losses;

/** A loss by its name, or with options: `{ type: "non-saturating", smoothing: 0.1 }`. */
export type LossConfig = LossName | NamedChoice<typeof losses>;

/** Or one as an object, of your own or `gan.hinge`, with options beside it: `{ type: myLoss, margin: 2 }`. */
export type LossChoice = LossConfig | LossEntry | OwnChoice<LossEntry>;

/** @throws OptionError for an unknown name, or an option that does not exist or is out of range. */
export const resolveLoss = (config: LossChoice): ResolvedLoss => lossRegistry.resolve("Trainer", config);

/** @throws OptionError as `resolveLoss`. */
export const createLoss = (config: LossChoice): GanLoss => sidesOf(resolveLoss(config));
