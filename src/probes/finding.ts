import type { Remedy } from "./remedies.ts";

/** What the library's own rules find. */
export type KnownAilment =
  | "complete-collapse"
  | "converged"
  | "data-out-of-range"
  | "dead-layer"
  | "discriminator-overfitting"
  | "drowned-term"
  | "dropped-modes"
  | "frozen-player"
  | "gradient-underflow"
  | "hopping-modes"
  | "ignored-class"
  | "ignored-latent"
  | "non-finite-values"
  | "oscillation"
  | "overpowering-discriminator"
  | "penalty-blow-up"
  | "saturated-layer"
  | "stalled"
  | "unstable-gradient"
  | "vanishing-generator-gradient"
  | "weak-discriminator";

/** The name of the rule that found it: one of the library's, or of the user's own. */
export type Ailment = KnownAilment | (string & Record<never, never>);

export type Severity = "info" | "warning" | "serious";

/** What was measured. */
export type Evidence = Readonly<Record<string, number | string>>;

/** What is wrong with a run, how that shows, and what helps. */
export interface Finding {
  readonly ailment: Ailment;
  readonly severity: Severity;
  /** The site where it shows, such as `discriminator/logit`. */
  readonly site: string;
  /** The first step of the stretch in which it shows, as the message and the evidence say it too. */
  readonly sinceStep: number;
  /** One sentence with the numbers, which are those of the evidence. */
  readonly message: string;
  /** What was measured; no number is NaN. */
  readonly evidence: Evidence;
  /** What to try, the likeliest first. */
  readonly remedies: readonly Remedy[];
}

/** A finding of the whole run: what shows, and what is over. */
export interface Episode extends Finding {
  /** The last step in which it showed, once it is over. */
  readonly untilStep?: number;
}
