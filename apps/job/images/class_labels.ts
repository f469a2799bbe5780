/** Networks that are told the class of each sample, and the labels that they are given. */
import { type data, nn, OptionError } from "saddlepoint";
import type { SampleMaker } from "./image_samples.ts";

/** @throws OptionError for data without labels, or with one class alone. */
export function classesOf({ name, classes }: data.DataSource): number {
  if (classes !== undefined && classes > 1) return classes;
  const what = classes === undefined ? "no labels" : "a single class";
  throw new OptionError(
    `--conditional: ${name} has ${what}, and networks are told the class of each sample; leave it out, or take data with ` +
      "classes: ring, grid, clusters, glyphs, CIFAR-10, a file with --labels, or a folder with a folder for each class.",
  );
}

/** A perceptron whose input has the class beside it, as one 1 among zeros (Mirza and Osindero 2014). */
export const toldTheClass = ({ inputShape, layers }: nn.Network, classes: number): nn.Network =>
  nn.network(inputShape, [nn.concatInput({ classes }), ...layers]);

/** Whether samples can be asked for by class. */
export const isConditional = (maker: SampleMaker): boolean =>
  "about" in maker ? maker.about.classes !== undefined : Object.hasOwn(maker.game.priors, "label");

/** Names of a source's classes, or else their numbers; none where it has no labels. */
export const namesOfClasses = ({ classNames, classes = 0 }: data.DataSource): readonly string[] =>
  classNames ?? Array.from({ length: classes }, (_, label) => String(label));
