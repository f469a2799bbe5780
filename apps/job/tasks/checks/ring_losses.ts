/** The first steps of the ring that `train` trains where nothing is chosen, in float64. */

/** Each player's loss, step by step; a test computes them again by the reference. */
export const ringLosses = [
  { discriminator: 1.477586699, generator: 0.708776767 },
  { discriminator: 1.406212679, generator: 0.716956726 },
  { discriminator: 1.386217965, generator: 0.730954779 },
] as const;

/** What f32 may differ by after these steps, relative to 1: on a software adapter it is some 1e-7. */
export const lossTolerance = 1e-4;

export const ringSeed = 1;
