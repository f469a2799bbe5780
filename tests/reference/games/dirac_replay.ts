/** The Dirac-GAN once more, in float64 and with derivatives taken by hand: f(t) = -log(1 + exp(-t)), f' = sigmoid(-t). */

export type DiracMethod =
  | "GAN"
  | "NSGAN"
  | "WGAN"
  | "WGAN-GP"
  | "instance noise"
  | "R1 0.3"
  | "R1 1"
  | "consensus"
  | "NSGAN + R1"
  | "RpGAN"
  | "RpGAN + R1 + R2";

export const schedules = ["simultaneous", "alternating", "five D steps"] as const;
export type DiracSchedule = (typeof schedules)[number];

/** What is added in one step to real and to generated samples. */
export interface NoiseOfStep {
  readonly real: ArrayLike<number>;
  readonly fake: ArrayLike<number>;
}

/** How theta and psi are pushed, along which they move by the learning rate. */
interface Push {
  theta(theta: number, psi: number, noise: NoiseOfStep): number;
  psi(theta: number, psi: number, noise: NoiseOfStep): number;
  readonly clip?: number;
  readonly start?: readonly [theta: number, psi: number];
}

const sigmoid = (t: number): number => 1 / (1 + Math.exp(-t));
const slope = (t: number): number => sigmoid(-t);
/** f''. */
const bend = (t: number): number => -sigmoid(t) * sigmoid(-t);

const gan: Push = {
  theta: (theta, psi) => -psi * slope(theta * psi),
  psi: (theta, psi) => theta * slope(theta * psi),
};
const nonSaturating: Push = { ...gan, theta: (theta, psi) => -psi * sigmoid(theta * psi) };
const wasserstein: Push = { theta: (_, psi) => -psi, psi: (theta) => theta };

const damped = (push: Push, weight: number): Push => ({
  ...push,
  psi: (theta, psi, noise) => push.psi(theta, psi, noise) - weight * psi,
});

function mean(values: ArrayLike<number>, of: (value: number) => number): number {
  let total = 0;
  for (let i = 0; i < values.length; i++) total += of(values[i] as number);
  return total / values.length;
}

/**
 * Less the gradient of H = 1/2 |v|^2 = 1/2 f'(theta psi)^2 (theta^2 + psi^2); `share` of the term with f'' is for seeing what
 * comes of leaving a part of it out.
 */
export const consensusPush = (share = 1): Push => {
  const cross = (theta: number, psi: number) =>
    share * slope(theta * psi) * bend(theta * psi) * (theta ** 2 + psi ** 2);
  return {
    theta: (theta, psi, noise) =>
      gan.theta(theta, psi, noise) - slope(theta * psi) ** 2 * theta - cross(theta, psi) * psi,
    psi: (theta, psi, noise) => gan.psi(theta, psi, noise) - slope(theta * psi) ** 2 * psi - cross(theta, psi) * theta,
  };
};

const mirrored = [1, -1] as const;

const pushes: Readonly<Record<DiracMethod, Push>> = {
  GAN: gan,
  NSGAN: nonSaturating,
  WGAN: { ...wasserstein, clip: 1 },
  "WGAN-GP": { ...wasserstein, psi: (theta, psi) => theta - 0.7 * Math.sign(psi) * (Math.abs(psi) - 1) },
  "instance noise": {
    theta: (theta, psi, { fake }) => mean(fake, (e) => -psi * slope(psi * (theta + e))),
    psi: (theta, psi, { real, fake }) =>
      mean(fake, (e) => (theta + e) * slope(psi * (theta + e))) - mean(real, (e) => e * slope(-psi * e)),
  },
  "R1 0.3": damped(gan, 0.3),
  "R1 1": damped(gan, 1),
  consensus: consensusPush(),
  "NSGAN + R1": damped(nonSaturating, 0.3),
  // With D(0) = 0 the relativistic losses are the non-saturating ones.
  RpGAN: { ...nonSaturating, start: mirrored },
  "RpGAN + R1 + R2": { ...damped(nonSaturating, 0.15 + 0.15), start: mirrored },
};

export const methods = Object.keys(pushes) as readonly DiracMethod[];

const stepsOfPsi: Readonly<Record<DiracSchedule, number>> = { simultaneous: 1, alternating: 1, "five D steps": 5 };

/** The distance from the equilibrium after a step for each entry of `noise`. */
export function replayDirac(
  method: DiracMethod | Push,
  schedule: DiracSchedule,
  learningRate: number,
  noise: readonly NoiseOfStep[],
): number {
  const push = typeof method === "string" ? pushes[method] : method;
  const bound = push.clip ?? Number.POSITIVE_INFINITY;
  let [theta, psi] = push.start ?? [1, 1];
  for (const drawn of noise) {
    const moved = theta + learningRate * push.theta(theta, psi, drawn);
    // Psi sees theta as it was, or as it has become.
    const seen = schedule === "simultaneous" ? theta : moved;
    for (let turn = 0; turn < stepsOfPsi[schedule]; turn++) {
      psi = Math.min(Math.max(psi + learningRate * push.psi(seen, psi, drawn), -bound), bound);
    }
    theta = moved;
  }
  return Math.hypot(theta, psi);
}
