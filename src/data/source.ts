import type { Engine } from "../engine.ts";
import { type Kind, object } from "../gpu/checks.ts";
import type { Shape } from "../graph/shape.ts";
import type { Advice } from "../probes/remedies.ts";
import type { Random } from "../random.ts";
import type { Tensor } from "../tensor.ts";

/** Where real samples come from: a description, that holds nothing on a GPU until it is prepared for one. */
export interface DataSource {
  readonly name: string;
  /** Shape of one sample: [2] for points in the plane, [H, W, C] for images. */
  readonly sampleShape: Shape;
  /** The modes of the distribution where they are known, for mode metrics. */
  readonly modes?: ModeSet;
  /** How many samples a finite data set has. */
  readonly count?: number;
  /** Least and greatest number of a sample as networks see it, where that is known of nearly all of them. */
  readonly range?: readonly [least: number, greatest: number];
  /** What should be said before a training on it. */
  readonly advice?: Advice;
  /** Where networks see other units than the data's own. Samples that are given out are in the data's own. */
  readonly scale?: SampleScale;
  /** Equal for equal samples, where name, shape and count don't say which they are. */
  digest?(): Promise<string>;
  /** Puts on the GPU what drawing needs. */
  prepare(engine: Engine): PreparedData;
}

/** From the data's own units to those that networks see, and back; of samples [n, ...sampleShape] or [n, numbers a sample]. */
export interface SampleScale {
  toNetworks(engine: Engine, samples: Tensor): Tensor;
  toOwnUnits(engine: Engine, samples: Tensor): Tensor;
}

/** A source on one engine. */
export interface PreparedData {
  /**
   * A minibatch f32 [size, ...sampleShape] in the data's own units, drawn on the GPU. Called while a plan is built.
   *
   * @throws OptionError if `size` is no whole number of at least 1, or more than a finite data set has.
   */
  batch(random: Random, size: number): Tensor;
  /**
   * Only where the GPU holds a part of the samples at a time. Puts those there that belong to a run that has drawn `drawn`
   * samples so far, and tells after how many more it should be called again. What lies there depends on `drawn` alone, so
   * that a run is repeated by the same calls, and continued from any number. Called between two submissions.
   */
  advance?(drawn: number): number;
  /** Gives the memory back. Plans that draw from this source can't run afterwards. */
  dispose(): void;
}

/** Equally wide, round Gaussian modes. */
export interface ModeSet {
  /** One point a mode, all of one length. */
  readonly centers: readonly (readonly number[])[];
  /** Of every mode along every axis, in the units of the centres. */
  readonly standardDeviation: number;
  /** Share of each mode, with sum 1; all equal if left out. */
  readonly weights?: readonly number[];
}

/** For a source where one is due. */
export const sourceKind: Kind = {
  is: (value) => object.is(value) && "prepare" in Object(value),
  says: "a source of samples, such as data.points({ values }) or what data.imageFiles(files) resolves to",
  isNeeded: true,
};
