import type { DataSource } from "../../data/source.ts";
import { OptionError } from "../../errors/errors.ts";
import { formatShape, type Shape, sizeOf } from "../../graph/shape.ts";
import type { GanNetworks, GanParts } from "../adversary/gan_game.ts";
import { sidesOf } from "../losses/loss.ts";
import { packSize } from "../tricks/trick.ts";
import type { ResolvedConfig } from "./trainer_config.ts";

/** @throws OptionError where networks, data, loss and batch are not of sizes that fit. */
export function assertFit({ generator, discriminator, data, loss, tricks }: GanParts): void {
  assertInputs({ generator, discriminator }, data);
  const sample = sizeOf(data.sampleShape);
  const describe = `"${data.name}" has samples of shape ${formatShape(data.sampleShape)} (${sample} numbers)`;
  if (sizeOf(generator.outputShape) !== sample) {
    throw new OptionError(
      `Trainer: the generator ends in ${formatShape(generator.outputShape)}, but the data ${describe}. ` +
        (imageAdvice(generator.outputShape, data.sampleShape) ?? `Give its last layer ${sample} outputs.`),
    );
  }
  const pack = packSize(tricks);
  if (pack > 1 && discriminator.inputs.length > 0) {
    throw new OptionError(
      `Trainer: the discriminator takes the label of each sample, and would judge packs of ${pack} samples, which have no one ` +
        "label; leave out the packs, or the labels.",
    );
  }
  if (sizeOf(discriminator.inputShape) !== pack * sample) {
    throw new OptionError(
      `Trainer: the discriminator takes ${formatShape(discriminator.inputShape)}, but the data ${describe}. ` +
        (imageAdvice(discriminator.inputShape, data.sampleShape) ?? `Give it ${sample} inputs.`),
    );
  }
  const outputs = sizeOf(discriminator.outputShape);
  if (sidesOf(loss).reconstructionError) {
    if (outputs === pack * sample) return;
    throw new OptionError(
      `Trainer: the loss ${loss.name} is a game over reconstruction errors, so the discriminator must be an autoencoder that ends ` +
        `in ${formatShape(discriminator.inputShape)}; this one ends in ${formatShape(discriminator.outputShape)}.`,
    );
  }
  if (outputs !== 1) {
    throw new OptionError(
      `Trainer: the discriminator ends in ${formatShape(discriminator.outputShape)}; the loss ${loss.name} needs one logit a ` +
        "sample.",
    );
  }
}

/** @throws OptionError for side inputs that a GAN has not. */
function assertInputs(networks: GanNetworks, data: DataSource): void {
  for (const [name, { inputs }] of Object.entries(networks)) {
    const other = inputs.find((input) => input !== "label");
    if (other !== undefined) {
      throw new OptionError(
        `Trainer: a layer of the ${name} wants the side input "${other}", and a GAN gives "label" alone; name it "label", or ` +
          "give the game as a table.",
      );
    }
    if (inputs.length > 0 && !("labels" in data.shapes)) {
      throw new OptionError(
        `Trainer: the ${name} wants labels, but the data "${data.name}" has none; give data with labels, such as ` +
          "data.labelled(source, labels).",
      );
    }
  }
}

/** @throws OptionError for a batch that the discriminator can't judge in packs. */
export function assertPacks({ tricks, batchSize }: Pick<ResolvedConfig, "tricks" | "batchSize">): void {
  const pack = packSize(tricks);
  if (batchSize % pack === 0) return;
  throw new OptionError(
    `Trainer: a batch of ${batchSize} is no whole number of packs of ${pack} samples; choose a batchSize that is.`,
  );
}

/** What to change where a network and the data have images of different sizes or channels; undefined if not both have. */
function imageAdvice(network: Shape, data: Shape): string | undefined {
  const [height, width, channels] = network;
  const [dataHeight, dataWidth, dataChannels] = data;
  if (network.length !== 3 || data.length !== 3) return undefined;
  const changes = [
    ...(channels === dataChannels ? [] : [[`channels: ${dataChannels}`, `channels: ${channels}`]]),
    ...(height === dataHeight && width === dataWidth
      ? []
      : [
          [
            `imageSize: ${dataHeight === dataWidth ? dataHeight : `[${dataHeight}, ${dataWidth}]`}`,
            height === width ? `size: ${height}` : `images of ${height} x ${width} pixels`,
          ],
        ]),
  ];
  const [model, source] = [0, 1].map((side) => changes.map((change) => change[side]).join(", "));
  return `Make both networks for the data (a model with ${model}), or the data for them (data.imageFiles with ${source}).`;
}
