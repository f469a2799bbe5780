/** Every trick, by the name of its object: one line each. */
export { adaptiveAugmentTrick } from "./adaptive_augment.ts";
export { diffAugmentTrick } from "./diff_augment.ts";
export { instanceNoiseTrick } from "./instance_noise.ts";
export { labelFlippingTrick } from "./label_flipping.ts";
export { latentOptimisationTrick } from "./latent_optimisation.ts";
export { minibatchDiscriminationTrick } from "./minibatch_discrimination.ts";
export { minibatchStandardDeviationTrick } from "./minibatch_standard_deviation.ts";
export { pacTrick } from "./pac.ts";
export { replayTrick } from "./replay.ts";
export { spectralNormTrick } from "./spectral_norm.ts";
export { topKTrick } from "./top_k.ts";
