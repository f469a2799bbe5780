/** The classifier that judges samples, where the data has classes. */
import { type Engine, metrics } from "saddlepoint";
import type { OpenedImages } from "./open_data.ts";

/** How often it sees each image of a small set. */
const usualEpochs = 10;
/** A software adapter takes about a minute for this many images. */
const mostSeenBySoftware = 60_000;

interface ClassifierOptions {
  readonly seed: number;
  readonly progress: (done: number, total: number) => void;
  /** Ends it early. */
  readonly signal?: AbortSignal | undefined;
}

/** Undefined without labels of at least two classes. */
export async function trainClassifier(
  engine: Engine,
  { source, classNames }: OpenedImages,
  { signal, ...options }: ClassifierOptions,
): Promise<metrics.ImageClassifier | undefined> {
  if (!source.labels || classNames.length < 2) return undefined;
  const most = engine.adapter.software ? Math.round(mostSeenBySoftware / source.count) : usualEpochs;
  const epochs = Math.max(1, Math.min(usualEpochs, most));
  return metrics.ImageClassifier.train(engine, source, { ...options, ...(signal ? { signal } : {}), epochs });
}
