import { normals } from "../../core/seeded.ts";
import type { Recording, Snapshot } from "../record/recording.ts";
import type { Row } from "../table/row.ts";
import {
  center,
  coveredShare,
  deviation,
  deviationWithin,
  energyShare,
  nearShare,
  type Points,
  rankedRight,
} from "./distances.ts";
import { backward, flatness, forward, rootMeanSquare } from "./host_network.ts";
import { modeCoverage, nearestModes } from "./modes.ts";

/**
 * What is seen of a run at one snapshot, in float64 on the host: from samples, from the discriminator's answers to fresh ones, and from
 * parameters. No probe has a part in it.
 */
export interface Sight {
  readonly step: number;
  /** Whether all samples, answers and parameters are finite. */
  readonly isFinite: boolean;
  /** Whether all fresh real samples are. */
  readonly isDataFinite: boolean;
  /** See `energyShare`: of the generated samples from the real ones. */
  readonly energy: number;
  readonly precision: number;
  readonly recall: number;
  /** Share of the generated samples that are within a quarter of a deviation of one of 256 real ones. */
  readonly nearShare: number;
  /** Deviation of the generated samples over that of the real ones. */
  readonly deviationRatio: number;
  /** Shares of the generated samples by the nearest of the data's known modes; empty without modes. */
  readonly modeShares: readonly number[];
  /** Mean sample of latent vectors that stay the same, in deviations of the data. */
  readonly center: readonly number[];
  /** How far such a sample has moved since the last snapshot, in deviations of the data. */
  readonly moved: number;
  /** Of pairs of a fresh real and a generated sample, those that the discriminator ranks right. */
  readonly ranked: number;
  /** Of pairs of a sample that it is trained on and a fresh one, those in which it takes the first for more real; NaN if it is trained on all. */
  readonly rankedTrain: number;
  readonly realLogit: number;
  readonly fakeLogit: number;
  readonly medianFakeLogit: number;
  readonly largestLogit: number;
  /** Of generated samples. */
  readonly greatestFakeLogit: number;
  /** Change of the discriminator's output as samples move by a deviation of the data, a root of a mean over their numbers. */
  readonly realSlope: number;
  readonly fakeSlope: number;
  /** Mean squared gradient by a whole real sample, as R1 has it. */
  readonly squaredGradient: number;
  /** Root mean square of the change of all parameters since the last snapshot, by step, over their own. */
  readonly generatorUpdate: number;
  readonly discriminatorUpdate: number;
  /** Share of a layer's units that are flat for every sample, of the worst one; in the discriminator for every real one, or every generated one. */
  readonly deadUnits: number;
  /** Share of a bent activation's elements that are flat, of the worst layer; in the discriminator of real ones, or of generated ones. */
  readonly flatElements: number;
  /** log10 of the gradient at the first layer over that at the output. */
  readonly generatorGradient: number;
  readonly discriminatorGradient: number;
  /** Share of the generated samples whose nearest mode is that of their label; NaN without labels. */
  readonly classAccuracy: number;
  /** Deviation within a label of the samples that were asked for by it, over that of real samples of one mode; NaN without labels. */
  readonly withinRatio: number;
  /** Share of the real numbers beyond what the generator's last activation reaches; 0 where it has no bound. */
  readonly beyondRange: number;
}

/** A slope below it lets a hundredth through. */
const flat = 1e-2;
/** How near is near, in deviations of the data. */
const nearData = 0.25;
/** Latent vectors that networks are computed for. */
const batch = 64;

/** All of a run, in order. */
export function sightsOf(recording: Recording, row: Row): Sight[] {
  return recording.snapshots.map((snapshot, i) => sightOf(recording, row, snapshot, recording.snapshots[i - 1]));
}

function sightOf(recording: Recording, row: Row, snapshot: Snapshot, before: Snapshot | undefined): Sight {
  const { data, generator } = row.config;
  const size = data.sampleShape.reduce((product, side) => product * side, 1);
  const points = (values: Float32Array): Points => ({ values: wholePoints(values, size), size });
  const [real, fake, same] = [points(snapshot.real), points(snapshot.fake), points(snapshot.same)];
  const unit = deviation(real);
  const { realLogits, fakeLogits, trainLogits } = snapshot;
  const steps = snapshot.step - (before?.step ?? 0);
  const update = (name: "generator" | "discriminator") => {
    if (!before) return Number.NaN;
    const change = snapshot[name].map((value, i) => value - (before[name][i] ?? 0));
    return rootMeanSquare(change) / rootMeanSquare(snapshot[name]) / steps;
  };
  const latentSize = generator.inputShape.reduce((product, side) => product * side, 1);
  const [generatorSketch, discriminatorSketch] = recording.networks;
  const seen = [
    generatorSketch && look(generatorSketch, snapshot.generator, normals(batch * latentSize, 77)),
    discriminatorSketch &&
      look(
        discriminatorSketch,
        snapshot.discriminator,
        [...snapshot.real.subarray(0, (batch * size) / 2), ...snapshot.fake.subarray(0, (batch * size) / 2)],
        2,
      ),
  ];
  const coverage = data.modes && modeCoverage(wholePoints(snapshot.fake, size), data.modes, snapshot.asked);
  const logits = [...realLogits, ...fakeLogits];
  const reach = rangeOfLast(recording.networks[0]?.layers.at(-1));
  const squares = rootMeanSquare(snapshot.realSlopes) ** 2;
  return {
    step: snapshot.step,
    isFinite: [snapshot.fake, realLogits, fakeLogits, snapshot.generator, snapshot.discriminator].every((values) =>
      values.every(Number.isFinite),
    ),
    isDataFinite: snapshot.real.every(Number.isFinite),
    energy: energyShare(real, fake),
    precision: coveredShare(fake, real),
    recall: coveredShare(real, fake),
    nearShare: nearShare(fake, real, nearData * unit),
    deviationRatio: deviation(fake) / unit,
    modeShares: coverage?.shares ?? [],
    center: center(same).map((value) => value / unit),
    moved: before ? rootMeanSquare(snapshot.same.map((value, i) => value - (before.same[i] ?? 0))) / unit : Number.NaN,
    ranked: rankedRight(realLogits, fakeLogits),
    rankedTrain: trainLogits.length > 0 ? rankedRight(trainLogits, realLogits) : Number.NaN,
    realLogit: mean(realLogits),
    fakeLogit: mean(fakeLogits),
    medianFakeLogit: median(fakeLogits),
    greatestFakeLogit: fakeLogits.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY),
    largestLogit: logits.reduce((most, value) => Math.max(most, Math.abs(value)), 0),
    realSlope: Math.sqrt(squares) * unit,
    fakeSlope: rootMeanSquare(snapshot.fakeSlopes) * unit,
    squaredGradient: squares * size,
    generatorUpdate: update("generator"),
    discriminatorUpdate: update("discriminator"),
    deadUnits: Math.max(0, ...seen.map((network) => network?.deadUnits ?? 0)),
    flatElements: Math.max(0, ...seen.map((network) => network?.flatElements ?? 0)),
    generatorGradient: seen[0]?.gradient ?? Number.NaN,
    discriminatorGradient: seen[1]?.gradient ?? Number.NaN,
    classAccuracy: snapshot.asked.length > 0 ? (coverage?.accuracy ?? Number.NaN) : Number.NaN,
    withinRatio:
      snapshot.asked.length > 0 && data.modes
        ? deviationWithin(fake, [...snapshot.asked]) / deviationWithin(real, nearestModes(snapshot.real, data.modes))
        : Number.NaN,
    beyondRange: reach ? share(snapshot.real, (value) => value < reach[0] || value > reach[1]) : 0,
  };
}

/**
 * A network computed anew from its parameters; undefined where it has a layer that the host does not know. How flat its layers are is
 * looked at in so many equal parts of the inputs, of which the worst one counts: what is flat for all generated samples teaches nothing.
 */
function look(sketch: Recording["networks"][number], parameters: Float32Array, inputs: ArrayLike<number>, parts = 1) {
  const states = forward(sketch, parameters, inputs);
  const output = states?.at(-1);
  if (!states || !output) return undefined;
  // An activation at the end may well be flat.
  const hidden = states.slice(0, -1).filter(({ slopes }) => slopes);
  const bent = hidden.map((state) => flatness(state, flat, parts));
  const pull = Float64Array.from(normals(output.values.length, 78));
  const sizes = backward(sketch, parameters, states, pull);
  const [top = Number.NaN] = sizes;
  return {
    deadUnits: Math.max(0, ...bent.map(({ units }) => units)),
    // Half of all rectified elements are flat as they should be.
    flatElements: Math.max(0, ...bent.map(({ elements }, i) => (/relu/i.test(hidden[i]?.kind ?? "") ? 0 : elements))),
    gradient: sizes.length > 1 ? Math.log10((sizes.at(-1) ?? Number.NaN) / top) : Number.NaN,
  };
}

/** Points all of whose numbers are finite. */
const wholePoints = (values: Float32Array, size: number): Float32Array =>
  values.filter((_, i) => values.subarray(i - (i % size), i - (i % size) + size).every(Number.isFinite));

const rangeOfLast = (kind = "linear") =>
  kind === "tanh" ? ([-1, 1] as const) : kind === "sigmoid" ? ([0, 1] as const) : undefined;

const mean = (values: Float32Array) => values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);

const median = (values: Float32Array) => values.toSorted()[Math.floor(values.length / 2)] ?? Number.NaN;

const share = (values: Float32Array, is: (value: number) => boolean) => values.filter(is).length / values.length;
