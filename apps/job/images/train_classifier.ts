/** The classifier that judges samples, where the data has classes. */
import { type Engine, metrics } from "saddlepoint";
import { onGpu } from "../on_gpu.ts";
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

/** A classifier that is trained again, to the same, when the GPU that it lives on is lost. */
export type LastingClassifier = Pick<metrics.ImageClassifier, "accuracy" | "heldOut" | "classify" | "dispose">;

/** The same, for who can't go on without it. */
export async function lastingClassifier(
  engine: Engine,
  opened: OpenedImages,
  options: ClassifierOptions,
): Promise<LastingClassifier | undefined> {
  const train = () => trainClassifier(engine, opened, options);
  let classifier = await onGpu(engine, train);
  if (!classifier) return undefined;
  const { accuracy, heldOut } = classifier;
  const again = async () => {
    classifier = await train();
  };
  const classify = async (images: metrics.Samples): Promise<metrics.Classified> => {
    if (!classifier) throw new Error("There is no classifier of images without classes.");
    return classifier.classify(images);
  };
  return {
    accuracy,
    heldOut,
    classify: (images) => onGpu(engine, () => classify(images), again),
    dispose: () => classifier?.dispose(),
  };
}
