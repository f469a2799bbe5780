import type { RunReport } from "../../../apps/report/run_report.ts";

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

/** A run on images of 2 x 2 pixels with everything that such a run can have. */
export function imageRun(): RunReport {
  const { metrics: _, samples: __, ...run } = fullRun();
  const images = (count: number) => Array.from({ length: count * 4 }, (___, index) => Math.sin(index));
  const shape = (count: number) => [count, 2, 2, 1] as const;
  const note = "500 samples; seed 1.";
  return {
    ...run,
    samples: { kind: "images", images: images(4), real: images(4), shape: shape(4) },
    filmStrip: { steps: [100, 2000], rows: [images(3), images(3)], shape: shape(3) },
    interpolation: { rows: [images(5), images(5)], shape: shape(5) },
    nearest: { samples: images(6), real: images(6), shape: shape(6), distances: [1, 2, 3, 4, 5, 0.25], note: "Far." },
    imageMetrics: {
      steps: [500, 1000],
      series: {
        "Fréchet distance": { values: [9, 4.5], low: [8, 4], high: [10, 5], unit: "", better: "lower", note },
        Precision: {
          ...{ values: [0.5, null], low: [0.4, null], high: [0.6, null], unit: "share", better: "higher" },
          ...{ group: "Precision and recall", domain: [0, 1], note },
        },
        Recall: {
          ...{ values: [0.25, 0.75], low: [0.2, 0.7], high: [0.3, 0.8], unit: "share", better: "higher" },
          ...{ group: "Precision and recall", domain: [0, 1], note },
        },
        "Classes covered": {
          ...{ values: [1, 2], low: [null, null], high: [null, null], unit: "classes", better: "higher", note },
        },
      },
    },
    histograms: [
      {
        ...{ title: "Classes of samples", xLabel: "class", categories: ["cat", "dog"], note },
        ...{ generated: [0.98, 0.02], real: [0.5, 0.5], threshold: { share: 0.03, label: "covered: 3 %" } },
      },
    ],
  };
}
