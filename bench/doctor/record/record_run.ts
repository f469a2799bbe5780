import { type data, type Engine, gan, nn, type probes, Random } from "saddlepoint";
import { normals } from "../../core/seeded.ts";
import type { Row } from "../table/row.ts";
import type { NetworkSketch, Recording, Snapshot } from "./recording.ts";

/** Looks at a run, at equal distances: the last is at its end. */
export const snapshotCount = 10;
/** Samples of each kind that are looked at, and latent vectors that stay the same. */
const counts = { samples: 256, same: 128, slopes: 64 } as const;
/** How far samples are moved to see the discriminator's slope, in deviations of the data. */
const nudge = 0.01;

/** Trains one row from one seed, and keeps what rules saw and what truth looks at. */
export async function recordRun(engine: Engine, row: Row, seed: number): Promise<Recording> {
  const witness = factsWitness();
  const trainer = await gan.Trainer.create(engine, {
    ...row.config,
    seed,
    recovery: false,
    submitMilliseconds: 100,
    onWarning: () => undefined,
    probes: { fromStart: true, rules: [witness.rule], ...(row.terms && { terms: true }) },
  });
  try {
    const rows: probes.TelemetryRow[] = [];
    const snapshots: Snapshot[] = [];
    let columns: readonly probes.TelemetryColumn[] = [];
    let live: readonly probes.Episode[] = [];
    const eyes = await eyesOf(engine, row, seed);
    for (let k = 0; k < snapshotCount; k++) {
      const steps = Math.round(((k + 1) * row.steps) / snapshotCount) - trainer.step;
      for await (const report of trainer.train({ steps, reportEvery: steps })) {
        ({ columns } = report.telemetry);
        rows.push(...report.telemetry.rows);
        live = report.episodes;
      }
      snapshots.push(await look(trainer, eyes, k));
    }
    return {
      name: row.name,
      seed,
      steps: row.steps,
      ...withoutHistograms(columns, rows),
      facts: witness.facts(),
      live: live.map(({ ailment, sinceStep }) => ({ ailment, sinceStep })),
      networks: [sketchOf(engine, "generator", trainer), sketchOf(engine, "discriminator", trainer)],
      snapshots,
    };
  } finally {
    trainer.dispose();
  }
}

/** A rule that finds nothing: it keeps what a trainer tells its rules of a run, which a replay has to tell them again. */
function factsWitness() {
  let facts: probes.RunFacts = {};
  const rule: probes.Rule = {
    name: "facts-witness",
    watch: ({ players, output, boundary, metrics, configuration }) => {
      facts = { players, output, boundary, metrics, configuration };
      return [];
    },
  };
  return { rule, facts: () => facts };
}

/** Four fifths of all numbers are histograms of exponents, which no rule reads: a file goes without. */
function withoutHistograms(columns: readonly probes.TelemetryColumn[], rows: readonly probes.TelemetryRow[]) {
  const kept = columns.filter(({ name }) => !name.endsWith("/exponents"));
  let offset = 0;
  const moved = kept.map((column) => {
    offset += column.size;
    return { ...column, offset: offset - column.size };
  });
  const width = offset;
  return {
    columns: moved,
    rows: rows.map(({ step, values }) => {
      const all = new Float32Array(width).fill(Number.NaN);
      for (const [i, { offset: from, size }] of kept.entries()) {
        all.set(values.subarray(from, from + size), moved[i]?.offset);
      }
      return { step, values: all };
    }),
  };
}

function sketchOf(engine: Engine, name: "generator" | "discriminator", trainer: gan.Trainer): NetworkSketch {
  const network = trainer.config[name];
  const arena = new nn.ParameterArena(engine, name, network);
  const { ranges } = arena;
  arena.dispose();
  return {
    name,
    layers: network.layers.map(({ kind }) => kind),
    ranges: ranges.map(({ name, shape, offset }) => ({ name, shape, offset })),
  };
}

/** What the looks at one run share: real samples for all of them, and latent vectors. */
async function eyesOf(engine: Engine, { config, fresh, isConditional }: Row, seed: number) {
  const { data } = config;
  const latentSize = config.generator.inputShape.reduce((product, size) => product * size, 1);
  const asked = isConditional ? Array.from({ length: counts.samples }, (_, i) => i % (data.classes ?? 1)) : [];
  return {
    real: await draw(engine, fresh ?? data, counts.samples * snapshotCount, seed),
    train: fresh ? await draw(engine, data, Math.min(counts.samples, data.count ?? counts.samples), seed) : undefined,
    latents: normals(counts.same * latentSize, seed),
    asked,
  };
}

type Eyes = Awaited<ReturnType<typeof eyesOf>>;

async function look(trainer: gan.Trainer, { real, train, latents, asked }: Eyes, k: number): Promise<Snapshot> {
  const isConditional = asked.length > 0;
  const labelled = (labels: readonly number[]) => (isConditional ? { label: [...labels] } : {});
  const { samples: n, same, slopes } = counts;
  const size = real.values.length / (n * snapshotCount);
  const own = real.values.slice(k * n * size, (k + 1) * n * size);
  const ownLabels = real.labels.slice(k * n, (k + 1) * n);
  const fake = (await trainer.sample(n, labelled(asked))).values;
  const sameSamples = (await trainer.generate(latents, labelled(asked.slice(0, same)))).values;
  const step = nudge * deviationOf(own);
  const away = directions(slopes * size, size, k);
  const moved = (values: Float32Array, sign: number) =>
    values.subarray(0, slopes * size).map((value, i) => value + sign * step * (away[i] ?? 0));
  // All in one go: judging is a call to the GPU.
  const judged = [
    { values: own, labels: ownLabels },
    { values: fake, labels: asked },
    ...[own, fake].flatMap((values, which) =>
      [1, -1].map((sign) => ({
        values: moved(values, sign),
        labels: (which === 0 ? ownLabels : asked).slice(0, slopes),
      })),
    ),
    ...(train ? [train] : []),
  ];
  const all = await trainer.judge(
    // What is no number can't be judged; it stays in what is kept.
    Float32Array.from(
      judged.flatMap(({ values }) => Array.from(values, (value) => (Number.isFinite(value) ? value : 0))),
    ),
    labelled(judged.flatMap(({ labels }) => labels)),
  );
  let at = 0;
  const take = (count: number) => {
    at += count;
    return all.slice(at - count, at);
  };
  const [realLogits, fakeLogits] = [take(n), take(n)];
  const slope = () => {
    const [up, down] = [take(slopes), take(slopes)];
    return up.map((value, i) => (value - (down[i] ?? 0)) / (2 * step));
  };
  const [realSlopes, fakeSlopes] = [slope(), slope()];
  return {
    step: trainer.step,
    real: own,
    fake,
    same: sameSamples,
    realLogits,
    fakeLogits,
    trainLogits: take(all.length - at),
    realSlopes,
    fakeSlopes,
    asked: Float32Array.from(asked),
    ...(await trainer.parameters()),
  };
}

/** Unit vectors of random directions, one for each sample. */
function directions(length: number, size: number, seed: number): Float32Array {
  const all = normals(length, seed);
  for (let at = 0; at < length; at += size) {
    const norm = Math.hypot(...all.subarray(at, at + size));
    for (let i = at; i < at + size; i++) all[i] = (all[i] ?? 0) / norm;
  }
  return all;
}

/** Samples that no step of the training drew: of streams of their own. */
export async function draw(engine: Engine, source: data.DataSource, n: number, seed: number) {
  const prepared = source.prepare(engine);
  try {
    const random = new Random(engine.tensor([seed + 7919], [], "u32"), engine.tensor([0], [], "u32"), 1 << 20);
    const { samples, labels } = prepared.batch(random, n);
    const values = new Float32Array(await samples.data());
    return { values, labels: labels ? Array.from(await labels.data()) : [] };
  } finally {
    prepared.dispose();
  }
}

/** Of all numbers together, as near as a nudge needs it. */
export function deviationOf(values: Float32Array): number {
  const finite = values.filter(Number.isFinite);
  const mean = finite.reduce((sum, value) => sum + value, 0) / finite.length;
  return Math.sqrt(finite.reduce((sum, value) => sum + (value - mean) ** 2, 0) / finite.length) || 1;
}
