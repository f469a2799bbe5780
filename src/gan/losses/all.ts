/** Every loss, by the name of its object: one line each. */
export { began } from "./began.ts";
export { boundarySeeking } from "./boundary_seeking.ts";
export { dualContrastive } from "./dual_contrastive.ts";
export { ebgan } from "./ebgan.ts";
export { fJensenShannon, fKl, fPearson, fReverseKl, fSquaredHellinger } from "./f_divergences.ts";
export { hinge } from "./hinge.ts";
export { imle } from "./imle.ts";
export { leastSquares } from "./least_squares.ts";
export { minimax } from "./minimax.ts";
export { nonSaturating } from "./non_saturating.ts";
export { relativistic } from "./relativistic.ts";
export { relativisticAverage } from "./relativistic_average.ts";
export { softmax } from "./softmax.ts";
export { wasserstein } from "./wasserstein.ts";
