import { at } from "../../errors/at.ts";
import { OptionError } from "../../errors/errors.ts";
import { elementBytes } from "../../io/numbers/element_types.ts";
import type { StoredArray } from "../../io/numpy/npy.ts";
import { npzEntries, storedArray } from "../../io/numpy/npz.ts";

/** Which arrays of a .npz file are meant. */
export interface ArrayOptions {
  readonly array?: string | undefined;
  readonly labels?: string | undefined;
}

/** What samples are called in such files, and what the classes beside them; small letters and large ones are alike. */
const usual = [
  "samples labels label y classes",
  "points labels label y classes",
  "images labels label y classes",
  "x y labels label classes",
  "data labels label y target classes",
  "x_train y_train",
  "train_images train_labels",
].map((names) => names.split(" "));

/**
 * The samples of a .npz file and the classes beside them, row by row. Other arrays are not unpacked, so that they may be of any
 * kind.
 *
 * @throws OptionError for an array that there is not, or where it isn't plain which one is meant; DataError as `readNpz`.
 */
export async function chosenArrays(
  where: string,
  file: Uint8Array<ArrayBuffer>,
  { array, labels }: ArrayOptions,
): Promise<{ readonly samples: StoredArray; readonly labels?: StoredArray }> {
  const entries = npzEntries(file, where);
  const names = [...entries.keys()];
  const known = names.length === 0 ? "it has no arrays" : `it has these arrays: ${names.join(", ")}`;
  const like = (name: string) => names.find((each) => each.toLowerCase() === name);
  const others = names.filter((name) => name !== labels);
  const usualName = usual.map(([name = ""]) => like(name)).find((name) => name !== undefined && name !== labels);
  const chosen = array ?? usualName ?? (others.length === 1 ? others[0] : undefined);
  if (chosen === undefined) {
    throw new OptionError(`${where}: ${known}; say which of them has the samples: \`array\`.`);
  }
  const [, ...besides] = usual.find(([name]) => name === chosen.toLowerCase()) ?? ["", "labels", "label"];
  const classes = labels ?? besides.map(like).find((name) => name !== undefined && name !== chosen);
  const read = async (name: string, option: string) => {
    const entry = entries.get(name);
    if (!entry)
      throw new OptionError(`${where}: there is no array ${JSON.stringify(name)} for \`${option}\`; ${known}.`);
    return rowMajor(await storedArray(where, name, entry));
  };
  const samples = await read(chosen, "array");
  return classes === undefined ? { samples } : { samples, labels: await read(classes, "labels") };
}

/** The same array row by row: what lies column by column, as pandas saves it, is turned. */
export function rowMajor(array: StoredArray): StoredArray {
  const { shape, type, isFortran, bytes } = array;
  if (!isFortran || shape.length < 2) return { ...array, isFortran: false };
  const width = elementBytes[type];
  const turned = new Uint8Array(bytes.length);
  const strides = shape.map((_, axis) => shape.slice(0, axis).reduce((product, size) => product * size, 1));
  const place = shape.map(() => 0);
  for (let to = 0; to < turned.length; to += width) {
    const from = place.reduce((sum, index, axis) => sum + index * at(strides, axis), 0) * width;
    for (let i = 0; i < width; i++) turned[to + i] = bytes[from + i] ?? 0;
    // The last axis counts the fastest.
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const next = at(place, axis) + 1;
      place[axis] = next < at(shape, axis) ? next : 0;
      if (next < at(shape, axis)) break;
    }
  }
  return { shape, type, isFortran: false, bytes: turned };
}
