/** Every rule of diagnosis, by the name of its object: one line each. */
export { completeCollapse } from "./complete_collapse.ts";
export { converged } from "./converged.ts";
export { deadLayer } from "./dead_layer.ts";
export { droppedModes } from "./dropped_modes.ts";
export { drownedTerm } from "./drowned_term.ts";
export { frozenPlayer } from "./frozen_player.ts";
export { gradientUnderflow } from "./gradient_underflow.ts";
export { nonFiniteValuesFound } from "./non_finite_values.ts";
export { oscillation } from "./oscillation.ts";
export { overpoweringDiscriminator } from "./overpowering_discriminator.ts";
export { penaltyBlowUp } from "./penalty_blow_up.ts";
export { stalled } from "./stalled.ts";
export { unstableGradient } from "./unstable_gradient.ts";
export { vanishingGeneratorGradient } from "./vanishing_generator_gradient.ts";
export { weakDiscriminator } from "./weak_discriminator.ts";
