import type { Engine } from "../engine/engine.ts";
import { type Kind, object } from "../errors/checks.ts";
import type { Shape } from "../graph/shape.ts";
import type { Advice } from "../probes/remedies.ts";
import type { Random } from "../tensor/random.ts";
import type { Tensor } from "../tensor/tensor.ts";

/** Tensors of a minibatch by name, each [size, ...shape of one sample]. */
export type Tensors = Readonly<Record<string, Tensor>>;

/** Samples f32 in the data's own units and, where the source has them, their classes: labels u32 [size], from 0. */
export type SampleBatch = { readonly samples: Tensor; readonly labels?: Tensor };

/** Samples of a source that has labels. */
export type LabelledBatch = { readonly samples: Tensor; readonly labels: Tensor };

/** For each tensor of a batch the shape of one sample: [2] for a point, [H, W, C] for an image, [] for a label. */
export type ShapesOf<Batch extends Tensors> = { readonly [Name in keyof Batch]: Shape };

/**
 * Where minibatches of named tensors come from, such as `{ input, target }` or `{ a, b }`: a description, that holds nothing
 * on a GPU until it is prepared for one.
 */
export interface TensorSource<Batch extends Tensors = Tensors> {
  readonly name: string;
  readonly shapes: ShapesOf<Batch>;
  /** How many samples a finite data set has. */
  readonly count?: number;
  /** How many classes there are, where there are labels: these are below it. */
  readonly classes?: number;
  /** What each class shows, by its label. */
  readonly classNames?: readonly string[];
  /** What should be said before a training on it. */
  readonly advice?: Advice;
  /** Equal for equal samples, where name, shape and count don't say which they are. */
  digest?(): Promise<string>;
  /** Puts on the GPU what drawing needs. */
  prepare(engine: Engine): PreparedData<Batch>;
}

/** Where real samples come from, with labels or without. */
export interface DataSource<Batch extends SampleBatch = SampleBatch> extends TensorSource<Batch> {
  /** Shape of one of the `samples`: [2] for points in the plane, [H, W, C] for images. */
  readonly sampleShape: Shape;
  /** The modes of the distribution where they are known, for mode metrics. */
  readonly modes?: ModeSet;
  /** Least and greatest number of a sample as networks see it, where that is known of nearly all of them. */
  readonly range?: readonly [least: number, greatest: number];
  /** Where networks see other units than the data's own. Samples that are given out are in the data's own. */
  readonly scale?: SampleScale;
  /** Of a finite data set whose samples have an order: the same one with other labels. `data.labelled` asks for it. */
  readonly withLabels?: (given: Labels) => DataSource<LabelledBatch>;
  /** Of a finite data set: the same one without some of its samples, which are held out. `data.holdOut` asks for it. */
  readonly withHeldOut?: (parting: Parting) => DataSource<Batch>;
}

/** The classes of a finite data set. */
export interface Labels {
  /** One for each sample. */
  readonly labels: Uint16Array;
  readonly classes: number;
  readonly classNames?: readonly string[];
}

/** Rows of a finite data set, in order: those that a training draws, and those that are held out, which it never does. */
export interface Parting {
  readonly rest: Uint32Array;
  readonly held: Uint32Array;
}

/** From the data's own units to those that networks see, and back; of samples [n, ...sampleShape] or [n, numbers a sample]. */
export interface SampleScale {
  toNetworks(engine: Engine, samples: Tensor): Tensor;
  toOwnUnits(engine: Engine, samples: Tensor): Tensor;
  /** The same as numbers, one for each number of a sample, where that is all: own = networks' * factor + offset. */
  readonly affine?: { readonly factor: readonly number[]; readonly offset: readonly number[] };
}

/** A source on one engine. */
export interface PreparedData<Batch extends Tensors = SampleBatch> {
  /**
   * A minibatch, drawn on the GPU. Called while a plan is built; what the plan doesn't use of it costs nothing.
   *
   * @throws OptionError if `size` is no whole number of at least 1, or more than a finite data set has.
   */
  batch(random: Random, size: number): Batch;
  /** Where a part of the samples is held out: as many of those, or all if there are fewer. */
  heldOut?(random: Random, size: number): Batch;
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
