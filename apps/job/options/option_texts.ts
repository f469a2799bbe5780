// Generated from the comments in src/gan by tools/option_texts.mjs. Do not edit; run: npm run option-texts

/** What each option means: by kind, name and option. */
export const optionTexts: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, string>>>>>> = {
  loss: {
    began: {
      gamma: "the error of fakes over that of real samples, at equilibrium",
      lambda: "how fast k moves, a step and unit of error",
    },
    ebgan: { margin: "the mean squared error up to which D lifts that of fakes" },
    "least-squares": {
      a: "the output that D wants for generated samples",
      b: "the output that D wants for real samples",
      c: "the output that G wants for generated samples",
    },
    minimax: { smoothing: "the target of real samples is 1 less this; that of fakes stays 0" },
    "non-saturating": { smoothing: "the target of real samples is 1 less this; that of fakes stays 0" },
  },
  penalty: {
    balancedConsistency: {
      shift:
        "images: largest shift, as a share of their sides; others: standard deviation of the noise, in units of the data",
      flip: "images: probability of being mirrored; 0 for what must not be, such as letters",
    },
    consistency: {
      shift:
        "images: largest shift, as a share of their sides; others: standard deviation of the noise, in units of the data",
      flip: "images: probability of being mirrored; 0 for what must not be, such as letters",
    },
    dragan: { spread: "largest noise around real samples, in their standard deviations" },
    latentConsistency: {
      sigma: "standard deviation of the noise on the latent vectors",
      generatorShare: "the generator's weight over the discriminator's",
    },
    leCam: { decay: "share of the running means of logits that a step keeps" },
    modeSeeking: { epsilon: "added to the distance of two samples" },
    pathLength: { decay: "share of the running mean of lengths that a step keeps" },
    wganDiv: { power: "power of the norm of the discriminator's gradient" },
    wganGp: { target: "norm of the discriminator's gradient that costs nothing, in logits per unit of the data" },
    wganLp: { target: "norm of the discriminator's gradient that costs nothing, in logits per unit of the data" },
  },
  trick: {
    adaptiveAugment: {
      brightness: "largest change of brightness; images lie in -1..1",
      saturation: "largest relative change of the distance from grey",
      contrast: "largest relative change of the distance from the image's mean",
      translation: "largest shift, as a share of a side",
      cutout: "side of the square that is blanked, as a share of the image's",
      flip: "1 mirrors too; 0 for what must not be, such as letters",
      target: "mean sign of the logits of real samples to hold",
      ramp: "real samples in which the probability can go from 0 to 1",
      every: "batches from one change of the probability to the next",
    },
    diffAugment: {
      brightness: "largest change of brightness; images lie in -1..1",
      saturation: "largest relative change of the distance from grey",
      contrast: "largest relative change of the distance from the image's mean",
      translation: "largest shift, as a share of a side",
      cutout: "side of the square that is blanked, as a share of the image's",
    },
    instanceNoise: {
      sigma: "standard deviation at first, in units of the data",
      until: "generator steps until there is none; 0: it stays",
    },
    labelFlipping: { probability: "probability that a real and a generated sample change places" },
    latentOptimisation: {
      alpha: "length of the move",
      beta: "damping: added to the squared gradient",
      bound: "largest magnitude of a number of the moved latent; 0: no bound",
    },
    minibatchDiscrimination: {
      features: "numbers that are added to each sample",
      kernelDimensions: "length of what is compared for each of them",
    },
    minibatchStandardDeviation: { groupSize: "samples that are compared with each other" },
    pac: { samples: "samples a pack; the batch must be a multiple of it" },
    replay: {
      size: "batches that are remembered",
      probability: "probability that a generated sample is replaced by an old one",
    },
    spectralNorm: { iterations: "steps of the power iteration a pass" },
    topK: {
      decay: "factor of the share that is kept, per `every` steps",
      every: "generator steps in which the share falls by the factor once",
      floor: "smallest share that is kept",
    },
  },
  play: {
    consensus: { weight: "weight of half the squared length of all gradients" },
    lookahead: { every: "steps between two returns", rate: "share of the way that is kept at a return" },
    symplectic: {
      weight: "weight of the rotation that is added to all gradients",
      aligned: "1 where the weight's sign follows the game, 0 where it is fixed",
    },
    unrolled: { steps: "steps of D that G looks ahead" },
  },
};
