import { assertKind, count as atLeastOne, describe, list, text } from "../errors/checks.ts";
import { DataError, OptionError } from "../errors/errors.ts";
import type { Labels } from "./source.ts";

export interface ClassOptions {
  /** How many classes there are; by default as many as have a name, or up to the largest label. */
  readonly classes?: number;
  /** What each class shows, by its label. */
  readonly classNames?: readonly string[];
}

export interface LabelOptions extends ClassOptions {
  /** One class for each sample, from 0 to 65535. */
  readonly labels?: ArrayLike<number>;
}

/** For `assertKeys`. */
export const classKeys = { classes: atLeastOne, classNames: list };
export const labelKeys = { labels: true, ...classKeys } as const;

/**
 * A copy of labels, with the number of their classes; nothing where there are none.
 *
 * @throws DataError for labels of another number, or that are no whole numbers from 0 to 65535; OptionError for labels beyond
 * the classes, names of another number, or classes without labels.
 */
export function checkedLabels(
  where: string,
  { labels: given, ...options }: LabelOptions,
  count: number,
  things: string,
): Labels | undefined {
  if (given !== undefined) {
    const labels = classLabels(where, given, count, things);
    const largest = labels.reduce((most, label) => Math.max(most, label), 0);
    return { labels, classes: largest + 1, ...checkedClasses(where, options, largest + 1) };
  }
  if (options.classes === undefined && options.classNames === undefined) return undefined;
  throw new OptionError(`${where}: there are classes, but no labels; give \`labels\`, one for each of the ${things}.`);
}

/** @throws OptionError for fewer classes than `least`, or names of another number. */
export function checkedClasses(where: string, { classes, classNames }: ClassOptions, least = 1): ClassOptions {
  classNames?.forEach((name, i) => {
    assertKind(where, `classNames[${i}]`, name, text);
  });
  const known = classes ?? classNames?.length;
  if (known === undefined) return {};
  if (known < least) {
    throw new OptionError(`${where}: there is the label ${least - 1}, but ${known} classes end at ${known - 1}.`);
  }
  if (classNames && classNames.length !== known) {
    throw new OptionError(`${where}: ${classNames.length} classNames for ${known} classes; give one for each.`);
  }
  return { classes: known, ...(classNames && { classNames: [...classNames] }) };
}

/** What a source says of its classes. */
export function classesOf(labels: Labels | undefined): ClassOptions {
  return labels ? { classes: labels.classes, ...(labels.classNames && { classNames: labels.classNames }) } : {};
}

/** @throws DataError for labels of another number, or that are no whole numbers from 0 to 65535. */
export function classLabels(where: string, labels: ArrayLike<number>, count: number, things = "images"): Uint16Array {
  if (labels?.length !== count) {
    throw new DataError(
      `${where}: ${labels?.length ?? describe(labels)} labels for ${count} ${things}; give one for each, in the same order.`,
    );
  }
  const classes = Uint16Array.from(labels);
  const bad = classes.findIndex((label, i) => label !== labels[i]);
  if (bad >= 0) {
    throw new DataError(`${where}: label ${bad} is ${describe(labels[bad])}; give whole numbers from 0 to 65535.`);
  }
  return classes;
}
