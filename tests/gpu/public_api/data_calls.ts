/** The calls of data, of pictures, and of what is measured. */
import { data, type Engine, gan, io, metrics, nn, optim, probes, Tensor } from "saddlepoint";
import { memoryStore } from "../../../src/io/stores/memory_store.ts";
import { type Argument, argument, type Call, options, record } from "./spec.ts";

type Namespace = Readonly<Record<string, unknown>>;

/** Calls of a namespace's functions, by name. */
export function calls(of: string, namespace: object, table: Readonly<Record<string, readonly Argument[]>>): Call[] {
  return Object.entries(table).map(([name, expected]) => ({
    name: `${of}.${name}`,
    call: (namespace as Namespace)[name] as Call["call"],
    arguments: expected,
  }));
}

const count = argument("count?", 4);
const seed = argument("count?", 1);
const text = argument("text?", "mine");
const positive = argument("positive?", 0.5);
const centers = [
  [0, 0],
  [1, 1],
];
const modes = options({
  centers: argument("list", centers),
  standardDeviation: argument("positive", 0.1),
  weights: argument("numbers?", [1, 1]),
});
const optional = (given: Argument): Argument => ({ ...given, isOptional: true });

/** Four pictures of 4 x 4 pixels, of two classes. */
const pictures = data.images({
  values: Uint8Array.from({ length: 64 }, (_, i) => (i * 37) % 256),
  shape: [4, 4, 4, 1],
  labels: [0, 1, 0, 1],
});

/** Two pictures of 2 x 2 pixels, and their labels, in the IDX format. */
const idxPictures = Uint8Array.of(0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 2, 1, 2, 3, 4, 5, 6, 7, 8);
const idxLabels = Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 2, 0, 1);
const cifarPicture = Uint8Array.from({ length: 3073 }, (_, i) => i % 10);

const oneForm: readonly Call[] = calls("data", data, {
  augment: [
    argument("object", pictures),
    options({ flip: argument("flag?", true), shift: argument("positive?", 1), background: argument("number?", 0) }),
  ],
  cifar10: [argument("bytes", [cifarPicture]), options({ limit: count, name: text })],
  countStrokes: [
    argument("numbers", new Uint8Array(16)),
    argument("counts", [4, 4]),
    options({ threshold: argument("number?", 0), minArea: argument("count?", 1) }),
  ],
  disjointClusters: [
    options({
      centers: argument("list?", centers),
      standardDeviation: positive,
      weights: argument("numbers?", [1, 1]),
    }),
  ],
  gaussianGrid: [options({ size: count, spacing: positive, standardDeviation: positive })],
  gaussianRing: [options({ modes: count, radius: positive, standardDeviation: positive })],
  glyphs: [options({ count, size: argument("count?", 16), seed, classes: argument("counts?", [0, 1]) })],
  parseIdx: [argument("bytes", idxPictures), text],
  idxImages: [
    argument("bytes", idxPictures),
    options({ labelsBytes: argument("bytes?", idxLabels), limit: count, name: text }),
  ],
  folderOf: [argument("text", "cats/one.png")],
  imageFiles: [
    argument("bytes", [await io.encodePng(Uint8Array.of(0, 50, 100, 250), 2, 2, 1)]),
    options({ labelOf: argument("callback?", data.folderOf), name: text, size: argument("count?", 8) }),
  ],
  images: [
    options({
      values: argument(
        "bytes",
        Uint8Array.from({ length: 32 }, (_, i) => 8 * i),
      ),
      shape: argument("counts", [2, 4, 4, 1]),
      labels: argument("counts?", [0, 1]),
      classes: argument("count?", 2),
      classNames: argument("list?", ["none", "one"]),
      name: text,
    }),
  ],
  labelled: [
    argument("object", pictures),
    argument("counts", [1, 0, 1, 2]),
    options({ classes: argument("count?", 3), classNames: argument("list?", ["none", "one", "two"]) }),
  ],
  inspectImages: [argument("object", pictures), options({ batchSize: count })],
  line: [options({ from: argument("counts?", [-1, 0]), to: argument("counts?", [1, 0]), noise: positive })],
  gaussianMixture: [
    options({
      centers: argument("list", centers),
      standardDeviation: argument("positive", 0.1),
      weights: argument("numbers?", [1, 1]),
      name: text,
    }),
  ],
  points: [
    options({
      values: argument("list", centers),
      dimensions: argument("count?", 2),
      name: text,
      modes: optional(modes),
      labels: argument("counts?", [1, 0]),
      classes: argument("count?", 2),
      classNames: argument("list?", ["none", "one"]),
    }),
  ],
  sampler: [
    options({
      name: text,
      sampleShape: argument("shape", [2]),
      sample: argument("callback", () => Tensor.full([1, 2], 0)),
      modes: optional(modes),
    }),
  ],
  spiral: [options({ turns: positive, arms: count, radius: positive, noise: positive })],
  stacked: [argument("object", pictures), options({ count, seed })],
  triangles: [options({ count, size: argument("count?", 16), seed })],
  twoMoons: [options({ radius: positive, noise: positive })],
});

export const dataCalls: readonly Call[] = [
  ...oneForm,
  ...calls("data", data, {
    sampler: [
      options({
        name: text,
        shapes: argument("object", { samples: [2], labels: [] }),
        batch: argument("callback", () => ({})),
        modes: optional(modes),
        classes: argument("count?", 2),
        classNames: argument("list?", ["none", "one"]),
      }),
    ],
    createSource: [argument("name", "gaussianRing")],
  }),
];

const width = argument("count?", 4);

/** What is played, without how it is run. */
const ganOptions = {
  generator: argument("object", nn.mlp([2, 4, 2])),
  discriminator: argument("object", nn.mlp([2, 4, 1])),
  data: argument("object", data.gaussianRing()),
  loss: argument("name?", "hinge"),
  penalties: argument("list?", ["r1"]),
  tricks: argument("list?", ["labelFlipping"]),
  play: argument("name?", "alternating"),
  labelSampling: argument("name?", "data"),
  generatorAverage: options({ decay: argument("share?", 0.9), warmUp: argument("positive?", 10) }),
  optimizer: argument("name?", "adam"),
  discriminatorSteps: argument("count?", 1),
  recompute: argument("name?", "none"),
};

export const ganCalls: readonly Call[] = calls("gan", gan, {
  beganMeasure: [argument("number", 1), argument("number", 1), argument("share?", 0.5)],
  createLoss: [argument("name", "hinge")],
  dcgan: [options({ imageSize: argument("count", 32), channels: count, latent: count, width, classes: width })],
  imageMlp: [options({ imageSize: argument("count", 32), channels: count, latent: count, width, classes: width })],
  resnet: [options({ imageSize: argument("count", 32), channels: count, latent: count, width, classes: width })],
  createModel: [
    argument("name", "dcgan"),
    options({ imageSize: argument("count", 32), channels: count, latent: count, width, classes: width }),
  ],
  r1: [options({ weight: argument("positive?", 1) })],
  r1r2: [options({ weight: argument("positive?", 1) })],
  wganGp: [options({ weight: argument("positive?", 1) })],
  suggestGamma: [options({ meanSquaredGradient: argument("positive", 1), share: argument("positive?", 0.1) })],
  remedied: [
    argument("object", { generator: nn.mlp([2, 2]), discriminator: nn.mlp([2, 1]), data: data.gaussianRing() }),
    record({ changes: argument("list", [{ kind: "penalty", name: "r1" }]) }),
  ],
  resolvePlay: [argument("name", "alternating")],
  gameOf: [options(ganOptions)],
  ganGame: [
    options({
      ...ganOptions,
      loss: argument("object?", gan.hinge),
      penalties: argument("list?", [gan.r1Penalty]),
      tricks: argument("list?", [gan.pacTrick]),
      play: argument("object?", gan.alternating),
      optimizer: argument("object?", optim.adam()),
    }),
  ],
  categoricalPrior: [argument("count", 3)],
  normalPrior: [argument("shape", [2])],
  uniformPrior: [argument("shape", [2]), options({ low: argument("number?", 0), high: argument("number?", 2) })],
  defineLoss: [argument("object", gan.hinge)],
  definePenalty: [argument("object", gan.r1Penalty)],
  defineTrick: [argument("object", gan.pacTrick)],
  definePlay: [argument("object", gan.alternating)],
});

export const trainerOptions = {
  ...ganOptions,
  schedules: argument("options?", {}),
  batchSize: argument("count?", 4),
  seed: argument("count?", 1),
  precision: argument("name?", "f32"),
  fuse: argument("flag?", true),
  probes: options({ every: argument("count?", 1), fromStart: argument("flag?", true) }),
  submitMilliseconds: argument("positive?", 8),
  recovery: argument("flag?", true),
  progress: argument("callback?", () => undefined),
  signal: argument("object?", undefined),
  onWarning: argument("callback?", () => undefined),
  checkpoints: {
    ...options({
      store: argument("object", memoryStore()),
      run: argument("text?", "run"),
      everySeconds: argument("positive?", 60),
      keep: argument("count?", 2),
    }),
    isOptional: true,
  },
};

const picture = [argument("numbers", new Float32Array(32)), argument("counts", [2, 4, 4, 1])] as const;
const batch = record({ values: picture[0], shape: picture[1] });
const grid = {
  gap: argument("count?", 1),
  scale: argument("count?", 1),
  background: argument("counts?", [0, 0, 0, 255]),
};

export const pictureCalls: readonly Call[] = calls("io", io, {
  evenlyChosen: [argument("items", [1, 2, 3]), argument("count", 2)],
  filmStrip: [argument("list", [{ values: picture[0].example, shape: [2, 4, 4, 1] }]), options(grid)],
  imageGrid: [...picture, options({ columns: argument("count?", 2), ...grid })],
  besideEachOther: [batch, batch],
  imagePairs: [batch, batch, options({ columns: argument("count?", 2), ...grid })],
  encodePng: [argument("bytes", new Uint8Array(4)), argument("count", 2), argument("count", 2), argument("count", 1)],
  pngDataUri: [argument("bytes", new Uint8Array(4))],
});

/** 24 points of the plane. */
const cloud = (offset: number) =>
  record({
    values: argument(
      "numbers",
      Float32Array.from({ length: 48 }, (_, i) => Math.sin(12.9898 * i + offset)),
    ),
    shape: argument("counts", [24, 2]),
  });

export function metricCalls(engine: Engine): Call[] {
  const on = argument("engine", engine);
  const [a, b] = [cloud(0), cloud(1)];
  const k = argument("count?", 2);
  const hits = argument("numbers", [3, 1]);
  const moments = record({
    mean: argument("numbers", Float64Array.of(0, 0)),
    covariance: argument("numbers", Float64Array.of(1, 0, 0, 1)),
  });
  const images = record({
    values: argument(
      "numbers",
      Float32Array.from({ length: 4 * 32 * 32 }, (_, i) => Math.sin(i)),
    ),
    shape: argument("counts", [4, 32, 32, 1]),
  });
  const labelled = record({
    values: argument("numbers", Float32Array.of(0, 0, 1, 1, 2, 0, 1, 2)),
    shape: argument("counts", [4, 2]),
    labels: argument("counts", [0, 0, 0, 0]),
  });
  const pixels = argument(
    "numbers",
    Float32Array.from({ length: 1024 }, (_, i) => Math.sin(i)),
  );
  return calls("metrics", metrics, {
    memoryCache: [],
    indexedDbCache: [text],
    birthdayTest: [on, a, options({ threshold: positive, reference: optional(b), seed })],
    bootstrap: [
      argument("callback", (rows: Uint32Array) => rows.length),
      argument("count", 4),
      options({ resamples: argument("count?", 100), seed, level: argument("share?", 0.9) }),
    ],
    classAccuracy: [argument("numbers", [0, 1, 1, 0]), argument("numbers", [0, 1, 0, 1])],
    classSpread: [labelled, labelled, options({ seed })],
    modesOfClasses: [
      argument("counts", [4, 3]),
      argument("counts", [3, 4]),
      options({ share: argument("share?", 0.1), seed }),
    ],
    classHistogram: [argument("numbers", [0, 1]), argument("count", 2)],
    samplesOf: [argument("object", pictures), argument("numbers?", [0, 1])],
    densityCoverage: [
      on,
      a,
      b,
      options({ k, seed, resamples: argument("count?", 100), level: argument("share?", 0.9) }),
    ],
    frechetDistance: [on, a, b, options({ seed })],
    frechetOfMoments: [moments, moments],
    gaussianDivergences: [on, argument("number", 1)],
    kernelDistance: [on, a, b, options({ subsets: count, subsetSize: count, seed })],
    laplacianPatches: [images, options({ level: argument("count?", 0), levels: count, seed })],
    describe: [
      argument("object", {
        metric: "x",
        value: 1,
        corrected: 1,
        interval: { low: 0, high: 1, level: 0.9, method: "x" },
        n: [4],
        seed: 1,
        settings: {},
      }),
    ],
    modeCoverage: [argument("tensor", engine.tensor(centers)), modes],
    modeCoverageOf: [argument("numbers", [0, 0, 1, 1]), modes],
    summariseModes: [hits, argument("count", 4)],
    modeForwardKl: [hits, argument("numbers?", [1, 1])],
    modeReverseKl: [hits, argument("numbers?", [1, 1])],
    modeTotalVariation: [hits, argument("numbers?", [1, 1])],
    msSsim: [pixels, pixels, argument("counts", [32, 32, 1])],
    msSsimDiversity: [images, options({ pairs: count, seed })],
    ndb: [on, a, b, options({ bins: argument("count?", 2), seed })],
    nearestNeighbours: [on, a, b, options({ k })],
    precisionRecall: [on, a, b, options({ k })],
    proportionInterval: [argument("count", 1), argument("count", 4)],
    slicedWasserstein: [on, a, b, options({ projections: argument("count?", 8), seed })],
  });
}

export function probeCalls(engine: Engine): Call[] {
  const x = argument("tensor", engine.tensor([1, 2]));
  const table = { columns: [{ name: "loss", offset: 0, size: 1 }], rows: [] };
  const probe = record({
    name: argument("text", "signs"),
    columns: argument("map", { positive: 1 }),
    measure: argument("callback", () => undefined),
  });
  const filter: Argument = {
    ...options({
      probe: argument("text?", "loss"),
      site: argument("text?", "generator"),
      measure: argument("text?", "rms"),
    }),
    kind: "filter",
    isOptional: false,
  };
  const rules = [{ name: "never", watch: () => [] }];
  const facts = {
    players: argument("items?", ["generator"]),
    output: argument("name?", "logit"),
    boundary: argument("number?", 0),
    metrics: argument("map?", {}),
  };
  return calls("probes", probes, {
    above: [argument("operand", 1), argument("number", 0), argument("number", 0)],
    allShow: [argument("flag?", true), argument("flag?", true)],
    below: [argument("operand", 1), argument("number", 0), argument("number", 0)],
    balance: [x, x, options({ boundary: argument("number?", 0), isError: argument("flag?", false) })],
    observed: [argument("map", { loss: 1 }), argument("callback", () => true)],
    sampleSpread: [argument("tensor", engine.tensor([[1], [2]])), argument("tensor", engine.tensor([[1], [2]]))],
    defineProbe: [probe],
    defineSiteProbe: [probe],
    diagnose: [argument("object", { columns: [], rows: [] }), options({ rules: argument("list?", rules), ...facts })],
    examineRules: [argument("list", rules), argument("object", { columns: [], rows: [] }), options(facts)],
    gradientFlow: [x],
    lossGain: [x, x],
    remedy: [argument("text", "and rest"), argument("object", { kind: "loss", name: "hinge" })],
    countNonFinite: [x],
    quantiles: [x, argument("counts", [0.5])],
    rootMeanSquare: [x],
    share: [argument("tensor", engine.tensor([1, 2]).greater(1))],
    activationSaturation: [x],
    select: [argument("object", table), filter],
    series: [argument("object", table), argument("text", "loss"), argument("count?", 0)],
    updateRatios: [x, x, argument("list", [{ name: "w", offset: 0, size: 2 }])],
  });
}
