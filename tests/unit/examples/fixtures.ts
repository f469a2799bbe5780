import type { RunReport } from "../../../examples/shared/run_report.ts";

/** Every coordinate of every path, attribute and transform must be a number that a renderer can place. */
export function brokenNumbers(svg: string): string[] {
  const geometry = /\s(?:d|x|y|cx|cy|rx|ry|r|width|height|viewBox|transform|stroke-width)="([^"]*)"/g;
  return [...svg.matchAll(geometry)]
    .map((match) => match[1]!)
    .filter((value) => /NaN|Infinity|undefined|null/.test(value));
}

/** The `d` of each path. */
export function pathsOf(svg: string): string[] {
  return [...svg.matchAll(/ d="([^"]*)"/g)].map((match) => match[1]!);
}

export function textsOf(svg: string): string[] {
  return [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map((match) => match[1]!);
}

/** A run with something in every section. */
export function fullRun(): RunReport {
  const steps = Array.from({ length: 20 }, (_, index) => index * 50);
  const column = (at: (step: number) => number | null) => steps.map(at);
  const counts = Object.fromEntries(
    [13, 14, 15].map((bin) => [`gradient/generator/0/linear/exponents/${bin}`, column((step) => bin * step)]),
  );
  return {
    title: "Ring of 8 Gaussians",
    adapter: "SwiftShader",
    software: true,
    config: { loss: "minimax", optimizer: { lr: 0.0002, betas: [0.5, 0.999] } },
    seed: 1,
    steps: 5000,
    seconds: 43.2,
    stepsPerSecond: 115.7,
    losses: { steps, series: { generator: column((step) => step / 100), discriminator: column(() => 0.5) } },
    metrics: {
      steps,
      modesCaptured: column((step) => Math.min(8, step / 50)),
      modesCapturedOnePercent: column((step) => Math.min(7, step / 60)),
      modeCount: 8,
      highQualityShare: column((step) => (0.91 * step) / 950),
      n: 2500,
      threshold: 3,
    },
    samples: {
      kind: "points",
      generated: [
        [0, 1],
        [2, 0],
        [null, 1],
        [90, 90],
      ],
      real: [
        [0, 1],
        [2, 0],
        [-2, -1],
      ],
      modes: [
        { x: 0, y: 1 },
        { x: 2, y: 0 },
      ],
      std: 0.1,
    },
    probes: {
      steps,
      columns: {
        "lossGain/medianLog10": column((step) => -step / 100),
        "lossGain/otherMedianLog10": column(() => -0.1),
        "gradient/generator/0/linear/rms": column((step) => 10 ** (-step / 100)),
        "gradient/discriminator/0/linear/rms": column((step) => (step > 500 ? 0 : 0.1)),
        "gradient/generator/0/linear/zeros": column(() => 0.2),
        "saturation/generator/1/relu/saturated": column(() => 0.5),
        "saturation/generator/1/relu/dead": column(() => 0.1),
        "update/generator/0/linear/weight/ratio": column(() => 1e-3),
        "brandNew/generator/output/wobble": column((step) => (step === 100 ? null : step)),
        ...counts,
      },
    },
    findings: [
      {
        ailment: "vanishing generator gradient",
        severity: "serious",
        site: "discriminator/logit",
        sinceStep: 310,
        message: "The loss lets almost no gradient through.",
        evidence: { medianGain: 1.2e-7, form: "minimax" },
        remedies: ["Use the non-saturating loss", "Add instance noise"],
      },
    ],
    stats: { dispatchesPerStep: 64, bytesAllocated: 12_345_678 },
  };
}
