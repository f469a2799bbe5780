/** Every rule of diagnosis, by the name of its object: one line each. */
export { nonFiniteValuesFound } from "./non_finite_values.ts";
export { overpoweringDiscriminator } from "./overpowering_discriminator.ts";
export { vanishingGeneratorGradient } from "./vanishing_generator_gradient.ts";
