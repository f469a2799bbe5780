import { at } from "../../errors/at.ts";
import { assertKeys, assertKind, count as atLeastOne, whole } from "../../errors/checks.ts";
import { OptionError } from "../../errors/errors.ts";
import { formatShape } from "../../graph/shape.ts";
import { hostRandom } from "../host_random.ts";
import { type LabelledBatch, sourceKind } from "../source.ts";
import { type Residency, residencyKeys } from "./image_tables.ts";
import { type ImageSource, imagesOfBytes } from "./images.ts";

export interface StackedOptions extends Residency {
  /** How many triples to draw; 25,600 by default. */
  readonly count?: number;
  /** The same seed gives the same images; 1 by default. */
  readonly seed?: number;
}

const channels = 3;
const classCount = 10;

/**
 * Three random images of a labelled set of ten classes as the channels of one, as in Stacked MNIST (Metz et al. 2017,
 * "Unrolled generative adversarial networks"): 1,000 modes of equal weight, one for each triple of classes. Images
 * [H, W, 3]; the label of classes a, b and c is 100 a + 10 b + c.
 *
 * @throws OptionError for a source without labels, of more than one channel, or with classes beyond 9.
 */
export function stacked(source: ImageSource, options: StackedOptions = {}): ImageSource<LabelledBatch> {
  assertKeys<StackedOptions>("stacked", options, { count: atLeastOne, seed: whole, ...residencyKeys });
  const { count = 25_600, seed = 1, ...residency } = options;
  assertKind("stacked", "the data", source, sourceKind);
  const classes = classesOf(source);
  const [height = 0, width = 0] = source.sampleShape;
  const pixels = height * width;
  const values = new Uint8Array(count * pixels * channels);
  const labels = new Uint16Array(count);
  const random = hostRandom(seed);
  for (let i = 0; i < count; i++) {
    for (let channel = 0; channel < channels; channel++) {
      const drawn = random.integer(source.count);
      labels[i] = classCount * at(labels, i) + at(classes, drawn);
      const [from, to] = [drawn * pixels, i * pixels * channels + channel];
      for (let p = 0; p < pixels; p++) values[to + p * channels] = at(source.values, from + p);
    }
  }
  const name = `stacked ${source.name}`;
  return imagesOfBytes({
    ...residency,
    values,
    shape: [count, height, width, channels],
    labels,
    classes: classCount ** channels,
    name,
  });
}

function classesOf({ name, sampleShape, labels }: ImageSource): ArrayLike<number> {
  if (sampleShape[2] !== 1) {
    throw new OptionError(
      `stacked: the images of "${name}" are ${formatShape(sampleShape)}; give some of one channel.`,
    );
  }
  if (!labels) throw new OptionError(`stacked: "${name}" has no labels, which tell the modes; give \`labels\`.`);
  const beyond = labels.find((label) => label >= classCount);
  if (beyond !== undefined) {
    throw new OptionError(`stacked: "${name}" has the label ${beyond}; the modes of triples need classes from 0 to 9.`);
  }
  return labels;
}
