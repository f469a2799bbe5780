/**
 * What a training run leaves behind: plain JSON, so that a page can save it and a script can render it.
 * Numbers may be null, which is what JSON makes of NaN and infinity; plots show them as gaps.
 */

export type Severity = "info" | "warning" | "serious";

/** One value a recorded step. */
export type Column = readonly (number | null)[];

export interface RunReport {
  /** What was trained, for example "Ring of 8 Gaussians, minimax loss". */
  readonly title: string;
  /** The adapter as the browser names it, for example "SwiftShader". */
  readonly adapter: string;
  /** Whether the adapter is software, whose timings say nothing about a GPU. */
  readonly software: boolean;
  readonly config: Readonly<Record<string, unknown>>;
  readonly seed: number;
  /** Generator steps done. */
  readonly steps: number;
  /** Wall-clock time of the training, in seconds. */
  readonly seconds: number;
  readonly stepsPerSecond: number;
  /** Why the run ended before its end, in sentences. */
  readonly ending?: string;
  readonly losses: { readonly steps: readonly number[]; readonly series: Readonly<Record<string, Column>> };
  readonly metrics?: RunMetrics;
  readonly samples?: PointSamples | ImageSamples;
  /** Samples that were asked for by class. */
  readonly classSamples?: ClassSamples;
  /** The same latent vectors at several steps of the training. */
  readonly filmStrip?: FilmStrip;
  /** Walks from one latent vector to another. */
  readonly interpolation?: ImageRows;
  /** Samples beside the training images that they are nearest to. */
  readonly nearest?: NearestImages;
  readonly imageMetrics?: ImageMetrics;
  /** What samples are of, beside what the data is of: classes, or numbers of strokes. */
  readonly histograms?: readonly ShareHistogram[];
  /**
   * Telemetry. A column is named `probe/measure` or `probe/<site>/measure`, where a site may hold slashes itself; the
   * columns of a histogram are `probe/<site>/measure/0`, `/1` and so on.
   */
  readonly probes: { readonly steps: readonly number[]; readonly columns: Readonly<Record<string, Column>> };
  readonly findings: readonly RunFinding[];
  /** Counters of the engine, for example `dispatchesPerStep` and `bytesAllocated`. */
  readonly stats: Readonly<Record<string, number>>;
}

export interface RunMetrics {
  readonly steps: readonly number[];
  /** Modes with at least one high-quality sample. */
  /** Modes with at least 1 % of the samples, all of them high-quality. */
  readonly modesCapturedOnePercent: Column;
  readonly modeCount: number;
  /** The share of samples within the threshold of a mode, from 0 to 1. */
  readonly highQualityShare: Column;
  /** How many samples each measurement drew. */
  readonly n: number;
  /** The greatest distance of a high-quality sample from its mode, in standard deviations of the mode. */
  readonly threshold: number;
}

export interface PointSamples {
  readonly kind: "points";
  readonly generated: readonly Column[];
  readonly real: readonly Column[];
  readonly modes?: readonly { readonly x: number; readonly y: number }[];
  /** The standard deviation of one mode, in the unit of the points. */
  readonly std?: number;
  /** What the coordinates that are shown are called; x and y otherwise. */
  readonly axes?: readonly [x: string, y: string];
  /** Where these are the first two of more. */
  readonly dimensions?: number;
}

export interface ImageSamples {
  readonly kind: "images";
  /** N × H × W × C values from −1 to 1. */
  readonly images: Column;
  readonly shape: readonly [n: number, height: number, width: number, channels: number];
  /** Real images of the same height, width and channels, to compare with. */
  readonly real?: Column;
}

/** Samples of every class; the same place in each row has the same latent vector. */
export interface ClassSamples {
  /** Of the classes, by label. */
  readonly names: readonly string[];
  /** A row for each class. */
  readonly rows: readonly Column[];
  /** Of a row: [samples, dimensions] for points, [samples, height, width, channels] for images. */
  readonly shape: readonly number[];
  /** The share of samples that show the class that they were asked for, where the samples of this sheet tell. */
  readonly accuracy?: number;
  /** The same in a sentence. */
  readonly note?: string;
  /** Of points, what the coordinates that are shown are called; x and y otherwise. */
  readonly axes?: readonly [x: string, y: string];
}

/** Rows of images, all of one shape. */
export interface ImageRows {
  /** Each a row of N × H × W × C values from −1 to 1. */
  readonly rows: readonly Column[];
  readonly shape: ImageSamples["shape"];
}

export interface FilmStrip extends ImageRows {
  /** Generator steps done before each row. */
  readonly steps: readonly number[];
}

export interface NearestImages {
  /** N × H × W × C values from −1 to 1. */
  readonly samples: Column;
  /** For each sample the nearest training image, in the same order. */
  readonly real: Column;
  readonly shape: ImageSamples["shape"];
  readonly distances: Column;
  /** How near they are beside training images among each other, for example, and what the distance is. */
  readonly note: string;
}

/** Metrics of samples against data, as they were measured on the way. */
export interface ImageMetrics {
  /** Generator steps done before each measurement. */
  readonly steps: readonly number[];
  /** By name, the one that tells the most first. */
  readonly series: Readonly<Record<string, MetricSeries>>;
}

/** One value a measurement, null where this metric could not be taken. */
export interface MetricSeries {
  readonly values: Column;
  /** The ends of the intervals; all null for a metric without. */
  readonly low: Column;
  readonly high: Column;
  /** For example "share" or "classes"; empty for a number without a unit. */
  readonly unit: string;
  readonly better: "lower" | "higher";
  /** Series of one group share a plot, which bears its name. Without it, a series has its own. */
  readonly group?: string;
  /** The ends of the axis, where the metric has ends. */
  readonly domain?: readonly [low: number, high: number];
  /** The last measurement in a sentence, with the numbers that a comparison needs: n, seed, thresholds. */
  readonly note: string;
}

/** Shares of samples and of data in each category; the shares of each sum to one. */
export interface ShareHistogram {
  readonly title: string;
  /** What the categories are, for example "class". */
  readonly xLabel: string;
  /** What the shares are of: "images" otherwise. */
  readonly unit?: string;
  readonly categories: readonly string[];
  readonly generated: Column;
  readonly real: Column;
  readonly threshold?: { readonly share: number; readonly label: string };
  readonly note: string;
}

export interface RunFinding {
  /** What is wrong, for example "vanishing generator gradient". */
  readonly ailment: string;
  readonly severity: Severity;
  /** Where it shows, for example "discriminator/logit". */
  readonly site: string;
  readonly sinceStep: number;
  /** The step in which it showed first, if it had gone before `sinceStep`. */
  readonly firstStep?: number;
  /** For a finding that had gone by the end of the run: generator steps done when it was last seen. */
  readonly goneSinceStep?: number;
  readonly message: string;
  readonly evidence: Readonly<Record<string, number | string>>;
  /** What to do about it, the best first. */
  readonly remedies: readonly string[];
}
