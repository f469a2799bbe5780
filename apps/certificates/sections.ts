import type { Section } from "./certificate.ts";
import { certifyBilinear } from "./games/bilinear_certificates.ts";
import { certifyDirac } from "./games/dirac_certificates.ts";
import { certifyGaussian } from "./gaussian.ts";
import { certifyGradients } from "./gradients.ts";
import { certifyLosses } from "./losses/loss_certificates.ts";
import { certifyPenalties } from "./penalties/penalty_certificates.ts";

/** All that is certified, in the order of the page. */
export const sections: readonly Section[] = [
  {
    title: "Gaussian oracle",
    about:
      "Data from N(0, 1), a generator at N(mu, 1), the best discriminator between them (Arjovsky and Bottou 2017): divergences, " +
      "and what each loss's gradient becomes with the distance. Decimal logarithms where the number itself leaves f32.",
    certify: certifyGaussian,
  },
  {
    title: "Losses",
    about:
      "The derivatives of both sides of every loss by their logits, times the size of the batch, and the logarithm of the " +
      "generator's: the largest error over logits from -200 to 200, relative to the size of the terms that a number is " +
      "made of. A number is lost if it is zero though f32 holds the closed form, and underflows if it is zero below f32's " +
      "smallest normal number, 2^-126. Where the closed form overflows f32, so must the GPU. Losses in which samples meet may " +
      "be off by the rounding of a difference of logits.",
    certify: certifyLosses,
  },
  {
    title: "Gradients",
    about:
      "The derivatives of both sides of every loss by their logits, against central differences of the loss, both on the " +
      "GPU. f32 leaves about three digits to a difference quotient.",
    certify: certifyGradients,
  },
  {
    title: "Penalties",
    about:
      "Every penalty with weight 2: its value and its gradient by its player's parameters, where D(x) = x V u + b and " +
      "G(z) = z A + c are linear, against forms derived by hand; then its gradient where both have a tanh, against central " +
      "differences of its value. The errors of gradients are lengths of differences, relative to those of the gradients; with " +
      "tanh, the largest of an entry.",
    certify: certifyPenalties,
  },
  {
    title: "Dirac-GAN",
    about:
      "The radius at which a GAN with one parameter a player ends (Mescheder et al. 2018): rate 0.2, 500 steps from (1, 1), the " +
      "generator first; simultaneous, alternating, or five steps of D to one of G. Held against a replay in float64 with " +
      "derivatives taken by hand; where that converges, the radius must come below 1e-5.",
    certify: certifyDirac,
  },
  {
    title: "Bilinear game",
    about:
      "The radius of min over x, max over y of xy after 1000 steps with h = 0.1 from (1, 1): it grows, circles or shrinks by the " +
      "rule of play and the optimiser alone. Momentum 0.9 leaves f32, and says so.",
    certify: certifyBilinear,
  },
];
