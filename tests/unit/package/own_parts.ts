/**
 * What a user makes of their own: a loss, a penalty, a trick, a rule of play, an optimiser, a probe, a rule of diagnosis, two
 * sets of data and layers, in one file, from the package alone and without a cast. The tests compile it against the installed
 * package's types, bundle it and run it.
 */
import { data, Engine, gan, nn, optim, probes, type Random, Tensor } from "saddlepoint";

/** The hinge loss with a margin of its own. It keeps the running mean of what real samples are given. */
const marginLoss = gan.defineLoss({
  name: "marginLoss",
  options: { margin: { default: 1, low: 0, high: 10 } },
  create: ({ margin }) => ({
    output: "logit",
    comparedWith: "non-saturating",
    discriminator: (real, fake, carry: gan.Carry) => {
      carry.keep("real", carry.read("real").mul(0.9).add(real.mean().mul(0.1)));
      return real.neg().add(margin).relu().mean().add(fake.add(margin).relu().mean());
    },
    generator: (fake) => fake.neg().mean(),
    logGain: (fake) => fake.mul(0),
  }),
});

/** Keeps what real samples are given near zero (Karras et al. 2018, appendix A.1). It counts how often it was added. */
const drift = gan.definePenalty({
  name: "drift",
  defaultWeight: 1e-3,
  options: { power: { default: 2, low: 1, high: 4 } },
  term: ({ realLogits, weight, options, carry }) => {
    carry.keep("times", carry.read("times").add(1));
    return realLogits.abs().pow(options.power).mean().mul(weight);
  },
});

/** Noise on all that the discriminator sees, half as wide with every step. It remembers the mean of its judgement. */
const fadingNoise = gan.defineTrick({
  name: "fadingNoise",
  options: { sigma: { default: 0.5, low: 0, high: 10 } },
  view: (x, { options, random, step }) =>
    x.add(random.normal(x.shape).mul(Tensor.scalar(0.5).pow(step).mul(options.sigma))),
  judged: ({ real, fake }, { carry }) => carry.keep("judgement", real.mean().sub(fake.mean())),
});

/** All move at once, along the mean of this step's gradient and the last one's. */
const averaged = gan.definePlay({
  name: "averaged",
  options: { share: { default: 0.5, low: 0, high: 1 } },
  isJoint: true,
  step: (game, players, { share }, carry) =>
    gan.atOnce(game, players, (at, point, player) => {
      const pull = gan.gradientField(at, point, player);
      const before = carry.read(player, pull.gradient.shape);
      carry.keep(player, pull.gradient);
      return { ...pull, gradient: pull.gradient.mul(1 - share).add(before.mul(share)) };
    }),
});

/** The same, where each player sees what those before it did. */
const averagedTurns = gan.definePlay({ ...averaged, name: "averagedTurns", isJoint: false });

/** Steps of one length in every parameter, towards the sign of a running mean of the gradient. */
const signMomentum = optim.defineOptimizer({
  name: "signMomentum",
  slots: ["momentum"],
  step: ({ parameters, gradient, slots: [before], learningRate }) => {
    const momentum = before.mul(0.9).add(gradient);
    const sign = momentum.greater(0).cast("f32").sub(momentum.less(0).cast("f32"));
    return { parameters: parameters.sub(sign.mul(learningRate)), slots: [momentum] };
  },
});

/** The share of a site's gradient that is positive. */
const signs = probes.defineSiteProbe({
  name: "signs",
  columns: { positive: 1 },
  measure: ({ name, cotangent }) =>
    name.startsWith("generator/") ? { positive: probes.share(cotangent.greater(0)) } : undefined,
});

/** Finds every run that has been measured for three steps. */
const alive: probes.Rule = {
  name: "alive",
  severity: "info",
  watch: (run) =>
    run.sites(signs, "positive").map(({ site, read }) => ({
      site,
      lasts: 3,
      observe: (row) =>
        probes.observed({ positive: read(row), loss: run.loss("generator")(row) }, ({ positive }) =>
          probes.above(positive, -1, -1),
        ),
      tell: () => ({ title: "Alive", text: `${run.players.join(" and ")} play over a ${run.output}.` }),
    })),
};

/** Two squares, corner to corner: which of them a point lies in is its label. */
const drawSquares = (random: Random, size: number) => {
  const labels = random.integers([size], 2);
  const corner = labels.cast("f32").reshape([size, 1]).mul(2);
  return { samples: random.uniform([size, 2]).add(corner), labels };
};
const squares = data.sampler({ shapes: { samples: [2], labels: [] }, classes: 2, batch: drawSquares });

/** Thirty points on a circle: a source by hand, which puts on the GPU what it draws from. */
const circle: data.DataSource<data.LabelledBatch> = {
  name: "circle",
  sampleShape: [2],
  shapes: { samples: [2], labels: [] },
  count: 30,
  classes: 2,
  prepare: (engine) => {
    const points = Array.from({ length: 30 }, (_, i) => [Math.cos(i), Math.sin(i)]);
    const table = engine.tensor(points);
    return {
      batch: (random, size) => {
        const rows = random.minibatch(size, 30);
        return { samples: table.gather(rows), labels: rows.less(15).cast("u32") };
      },
      dispose: () => undefined,
    };
  },
};

/** Every channel times a factor of its own, which begins near one. */
const scale = nn.defineLayer({
  kind: "scale",
  outputShape: (input) => input,
  parameters: (input) => ({
    gain: {
      shape: input,
      fans: { fanIn: 1, fanOut: 1 },
      initializer: (random, shape) => random.normal(shape).mul(0.01).add(1),
    },
  }),
  apply: ({ gain }, x, { scope }) => x.mul(gain).site(`${scope}/scale`),
});

/** Adds a row of a table to each sample, by its label, and keeps the mean of what it is given. */
const shiftByLabel = (classes: number): nn.Layer =>
  nn.defineLayer({
    kind: "shiftByLabel",
    inputs: ["label"],
    outputShape: (input) => input,
    parameters: (input) => ({
      table: { shape: [classes, ...input], fans: { fanIn: 1, fanOut: 1 }, initializer: nn.zeros, isTable: true },
    }),
    buffers: (input) => ({ seen: { shape: input, fans: { fanIn: 1, fanOut: 1 }, initializer: nn.zeros } }),
    apply: ({ table }, x, context) => {
      const { pass, path, scope } = context;
      const label = nn.sideInput(context, "shiftByLabel", { name: "label", shape: [x.shape[0] ?? 1], dtype: "u32" });
      const seen = `${path}/seen`;
      if (pass.mode(scope) === "training") pass.update(seen, pass.buffer(seen).mul(0.9).add(x.mean(0).mul(0.1)));
      return x.add(table.gather(label)).site(`${scope}/shiftByLabel`);
    },
  });

const generator = nn.network([2], [nn.linear(8), scale, nn.activation("tanh"), shiftByLabel(2), nn.linear(2)]);
const discriminator = nn.network([2], [nn.linear(8), nn.activation("tanh"), scale, nn.linear(1)]);

const run = {
  optimizer: { type: signMomentum, lr: 0.01 },
  probes: { fromStart: true, sites: [signs], rules: [alive] },
  batchSize: 16,
  seed: 3,
} as const;

/** A GAN whose every choice is one of the above. */
export const gans = Object.fromEntries(
  Object.entries({ squares, circle }).map(([name, source]): [string, gan.TrainerConfig] => [
    name,
    {
      ...run,
      generator,
      discriminator,
      data: source,
      loss: { type: marginLoss, margin: 0.5 },
      penalties: [{ type: drift, weight: 0.1, power: 3 }],
      tricks: [{ type: fadingNoise, sigma: 0.2 }],
      play: { type: averaged, share: 0.25 },
    },
  ]),
);

/** A coin for each coordinate. */
const coins: gan.Prior = {
  name: "coins",
  shape: [2],
  draw: (random, size) => random.integers([size, 2], 2).cast("f32"),
};

/** A game of one's own: two networks that agree on what they make of the same draw, with a measurement of how well. */
const agreement = gan.game({
  networks: { left: nn.mlp([2, 4, 2]), right: nn.mlp([2, 4, 2]) },
  data: data.sampler({ shapes: { input: [2] }, batch: (random, size) => ({ input: random.normal([size, 2]) }) }),
  priors: { coins },
  players: {
    left: {
      moves: ["left"],
      weights: { near: 2 },
      optimizer: { type: signMomentum, lr: 0.01 },
      terms: ({ networks, batch, priors, carry, measure }) => {
        const x = batch.input.add(priors.coins);
        const gap = networks.left(x).sub(networks.right.aside(x)).square().mean();
        carry.keep("gap", gap);
        measure("gap", { now: gap, before: carry.read("gap") });
        return { near: gap };
      },
    },
    right: {
      moves: ["right"],
      optimizer: signMomentum,
      terms: ({ networks, batch }) => ({ bounded: networks.right(batch.input).square().mean() }),
    },
  },
  play: averagedTurns,
  sample: ({ networks, priors }) => networks.left(priors.coins),
});

export interface OwnRun {
  /** Of the reports after the first step and up to k. */
  readonly columns: readonly string[];
  readonly positive: readonly number[];
  readonly findings: readonly { readonly ailment: string; readonly message: string }[];
  readonly losses: Readonly<Record<string, number>>;
  readonly controls: readonly string[];
  readonly samples: readonly number[];
  /** What lasts, by path, before the first step, after the first, and after k. */
  readonly kept: readonly Readonly<Record<string, readonly number[]>>[];
  /** Whether 2k steps left the same bits as k steps, a snapshot, another trainer that is given it, and k more. */
  readonly isRepeated: boolean;
}

const numbersOf = ({ states }: gan.Snapshot): Record<string, readonly number[]> =>
  Object.fromEntries(states.map(({ path, bytes }) => [path, Array.from(new Float32Array(bytes))]));

async function follow<Player extends string>(
  create: () => Promise<gan.GameTrainer<Player>>,
  steps: number,
): Promise<OwnRun> {
  const trainer = await create();
  const train = async (each: gan.GameTrainer<Player>, count: number) => {
    const reports: gan.TrainReport<Player>[] = [];
    for await (const report of each.train({ steps: count, reportEvery: count })) reports.push(report);
    return reports;
  };
  const start = await trainer.snapshot();
  await train(trainer, 1);
  const first = await trainer.snapshot();
  const reports = await train(trainer, steps - 1);
  const report = reports.at(-1);
  const middle = await trainer.snapshot();
  await train(trainer, steps);
  const end = await trainer.snapshot();
  const other = await create();
  other.restore(structuredClone(middle));
  await train(other, steps);
  const again = await other.snapshot();
  const result: OwnRun = {
    columns: report?.telemetry.columns.map(({ name }) => name) ?? [],
    positive: reports.flatMap(({ telemetry }) => probes.series(telemetry, "signs/generator/1/scale/positive")),
    findings: report?.findings ?? [],
    losses: report?.losses ?? {},
    controls: trainer.controls.names,
    samples: Array.from((await trainer.sample(4)).values),
    kept: [start, first, middle].map(numbersOf),
    isRepeated: JSON.stringify(end) === JSON.stringify(again),
  };
  trainer.dispose();
  other.dispose();
  return result;
}

/** Trains the GAN on each of the two sources, and the game. */
export async function trainOwn(steps: number): Promise<Readonly<Record<string, OwnRun>>> {
  const engine = await Engine.create({ onWarning: () => undefined });
  const quiet = { onWarning: () => undefined };
  const runs: Record<string, OwnRun> = {};
  for (const [name, config] of Object.entries(gans)) {
    runs[name] = await follow(() => gan.Trainer.create(engine, { ...config, ...quiet }), steps);
  }
  runs["agreement"] = await follow(() => gan.Trainer.create(engine, { ...agreement, ...quiet, batchSize: 16 }), steps);
  engine.destroy();
  return runs;
}
