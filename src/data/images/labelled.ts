import { array, assertKeys, assertKind } from "../../errors/checks.ts";
import { OptionError } from "../../errors/errors.ts";
import { type ClassOptions, checkedLabels, classKeys } from "../labels.ts";
import { type DataSource, type LabelledBatch, sourceKind } from "../source.ts";
import type { ImageSource } from "./images.ts";

/**
 * A finite data set with a class for each of its samples, in their order; with other classes, if it had some.
 *
 * @throws DataError for labels of another number, or that are no whole numbers from 0 to 65535; OptionError for a source of
 * endless samples, for one that takes no labels, and for options that contradict the labels.
 */
export function labelled(
  source: ImageSource,
  labels: ArrayLike<number>,
  options?: ClassOptions,
): ImageSource<LabelledBatch>;
export function labelled(
  source: DataSource,
  labels: ArrayLike<number>,
  options?: ClassOptions,
): DataSource<LabelledBatch>;
export function labelled(
  source: DataSource,
  labels: ArrayLike<number>,
  options: ClassOptions = {},
): DataSource<LabelledBatch> {
  assertKind("labelled", "the data", source, sourceKind);
  assertKind("labelled", "the labels", labels, array);
  assertKeys<ClassOptions>("labelled", options, classKeys);
  const { name, count } = source;
  if (count === undefined) {
    throw new OptionError(
      `labelled: "${name}" draws ever new samples, which labels in a list can't be those of; give data.sampler a ` +
        "`batch` that draws both.",
    );
  }
  const given = checkedLabels("labelled", { ...options, labels }, count, "samples");
  if (!given || !source.withLabels) {
    throw new OptionError(`labelled: "${name}" takes no labels; give it a method \`withLabels\`.`);
  }
  return source.withLabels(given);
}
