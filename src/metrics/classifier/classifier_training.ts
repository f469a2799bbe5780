import { augment } from "../../data/images/augment.ts";
import type { ImageSource } from "../../data/images/images.ts";
import type { LabelledBatch } from "../../data/source.ts";
import type { Engine } from "../../engine/engine.ts";
import type { Shape } from "../../graph/shape.ts";
import { branchOf } from "../../nn/inner_layers.ts";
import { activation } from "../../nn/layers/activations.ts";
import { conv2d } from "../../nn/layers/conv2d.ts";
import { linear } from "../../nn/layers/linear.ts";
import { sequential } from "../../nn/layers/sequential.ts";
import { type Network, network } from "../../nn/network/network.ts";
import type { SoloLearner } from "../../optim/solo_learner.ts";
import { Random } from "../../tensor/random.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { grad, type TensorTree } from "../../tensor/transforms.ts";

/** Numbers that the last hidden layer makes of an image: what distances between images are measured in. */
export const classifierFeatures = 64;

export interface TrainingChoices {
  readonly seed: number;
  readonly epochs: number;
  readonly shift: number;
  readonly progress?: ((step: number, steps: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

const batchSize = 64;
/** Steps between two calls of `progress`. */
const stretch = 25;

export const peakLearningRate = 3e-3;

/** The network in its two parts. */
export interface ClassifierNetwork {
  readonly network: Network;
  /** Images [batch, ...sampleShape] to features [batch, 64]. */
  features(parameters: TensorTree, x: Tensor): Tensor;
  /** Features to logits [batch, classes]. */
  logits(parameters: TensorTree, features: Tensor): Tensor;
}

export function classifierNetwork(sampleShape: Shape, classCount: number): ClassifierNetwork {
  const convolve = (filters: number) => conv2d(filters, { kernel: 4, stride: 2, padding: 1, initializer: "heNormal" });
  const hidden = [
    convolve(12),
    activation("leakyRelu"),
    convolve(24),
    activation("leakyRelu"),
    linear(classifierFeatures, { initializer: "heNormal" }),
    activation("leakyRelu"),
  ];
  const body = network(sampleShape, hidden);
  const head = network([classifierFeatures], [linear(classCount)]);

  return {
    network: network(sampleShape, [sequential(hidden), sequential([linear(classCount)])]),
    features: (parameters, x) => body.apply(branchOf(parameters, "0"), x),
    logits: (parameters, features) => head.apply(branchOf(parameters, "1"), features),
  };
}

/** Minimises the cross entropy over minibatches of shifted images, with a learning rate that rises and falls in straight lines. */
export async function trainClassifier(
  engine: Engine,
  learner: SoloLearner,
  net: ClassifierNetwork,
  source: ImageSource<LabelledBatch>,
  { seed, epochs, shift, progress, signal }: TrainingChoices,
): Promise<void> {
  const size = Math.min(batchSize, source.count);
  const steps = Math.ceil((epochs * source.count) / size);
  const data = (shift > 0 ? augment(source, { shift }) : source).prepare(engine);
  await learner.initialise(seed, streams.parameters);
  const random = new Random(engine.tensor([seed], [], "u32"), engine.read(learner.steps), streams.training);
  const { samples, labels } = data.batch(random, size);
  const loss = (parameters: TensorTree) =>
    crossEntropy(net.logits(parameters, net.features(parameters, samples)), labels);
  const gradient = grad(loss)(learner.parameters);
  const rate = triangle(engine.read(learner.steps).cast("f32"), steps).mul(peakLearningRate);
  const plan = await engine.plan({ label: "classifier step", updates: learner.step(gradient, rate).updates });
  try {
    const loop = engine.loop(() => [{ plan, times: 1 }], { targetMilliseconds: 100 });
    for (let done = 0; done < steps; ) {
      signal?.throwIfAborted();
      done += (await loop.run(Math.min(stretch, steps - done))).submitted;
      progress?.(done, steps);
    }
  } finally {
    plan.dispose();
    data.dispose();
  }
}

const streams = { parameters: 0x1000, training: 0x2000 } as const;

/** Mean cross entropy of logits [batch, classes] with labels u32 [batch]. */
export function crossEntropy(logits: Tensor, labels: Tensor): Tensor {
  const [batch = 0, classes = 0] = logits.shape;
  const target = labels.reshape([batch, 1]).equal(Tensor.arange(classes)).cast("f32");
  return logits
    .logSoftmax()
    .mul(target)
    .sum()
    .mul(-1 / batch);
}

/** Rises from 0 to 1 in the first fifth of the steps, and falls back to 0 in the rest. */
function triangle(step: Tensor, steps: number): Tensor {
  const top = Math.max(1, steps / 5);
  return step
    .add(1)
    .mul(1 / top)
    .minimum(step.sub(steps).mul(-1 / (steps - top + 1)));
}
