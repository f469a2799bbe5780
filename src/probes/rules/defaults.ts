import { nonFiniteValuesFound } from "./non_finite_values.ts";
import { overpoweringDiscriminator } from "./overpowering_discriminator.ts";
import type { Rule } from "./rule.ts";
import { vanishingGeneratorGradient } from "./vanishing_generator_gradient.ts";

/** The library's own rules. Of findings that are as severe, that of the first rule stands first. */
export const defaultRules: readonly Rule[] = [
  nonFiniteValuesFound,
  vanishingGeneratorGradient,
  overpoweringDiscriminator,
];
