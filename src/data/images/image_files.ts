import { at, named } from "../../errors/at.ts";
import { assertKeys, assertKind, callback, text } from "../../errors/checks.ts";
import { DataError, OptionError } from "../../errors/errors.ts";
import type { DecodedImage } from "../formats/decode_image.ts";
import { filesOfFolder, type ImageFile, ownFiles } from "../formats/image_file.ts";
import { type Residency, residencyKeys } from "./image_tables.ts";
import { type ImageSource, imagesOfBytes } from "./images.ts";
import { checkedLoadOptions, type LoadOptions, loadImages, loadKeys } from "./load_images.ts";

export interface ImageFilesOptions extends Residency, LoadOptions {
  /** One class for each file, skipped ones too. */
  readonly labels?: ArrayLike<number>;
  /** The class of a file by its name, for example `folderOf`; the classes are numbered in the order of their names. */
  readonly labelOf?: (name: string) => string;
  readonly name?: string;
}

export interface SkippedFile {
  readonly name: string;
  readonly reason: string;
}

export interface ImageFileSource extends ImageSource {
  readonly skipped: readonly SkippedFile[];
}

/** The folder that a path or address ends in, for `labelOf`: "cats" of "photos/cats/1.png". */
export function folderOf(name: string): string {
  assertKind("folderOf", "the name", name, text);
  return name.split(/[\\/]/).at(-2) ?? "";
}

/**
 * Images from files: `File`s, addresses, bytes with or without a name, or a folder that the user opened. In a page, PNG, JPEG,
 * WebP and whatever else the browser shows, decoded in workers; elsewhere what `decode` decodes. Files of any size become
 * images of one, [H, W, channels]. What lies behind transparent parts is `background`, unless there are four channels.
 *
 * @throws DataError for no files, what is no file, a bad one (unless those are skipped), nothing but bad ones, or labels of
 * another number; OptionError for options that are out of range, missing or don't exist, or where nothing decodes images.
 */
export async function imageFiles(
  files: Iterable<ImageFile> | FileSystemDirectoryHandle,
  options: ImageFilesOptions = {},
): Promise<ImageFileSource> {
  assertKeys<ImageFilesOptions>("imageFiles", options, {
    labels: true,
    labelOf: callback,
    name: text,
    ...residencyKeys,
    ...loadKeys,
  });
  const { name = "images", labelOf, budgetBytes, orderSeed } = options;
  const loading = checkedLoadOptions(name, options);
  if (options.labels && labelOf) {
    throw new OptionError(`${name}: both labels and labelOf are given; give one of them.`);
  }
  // Whatever the caller does while files are read changes nothing.
  const givenLabels = options.labels && Array.from(options.labels);
  const list = isFolder(files) ? await filesOfFolder(files) : ownFiles(name, files);
  if (list.length === 0) throw new DataError(`${name}: there are no files; give at least one image.`);
  if (givenLabels && givenLabels.length !== list.length) {
    throw new DataError(`${name}: ${givenLabels.length} labels for ${list.length} files; give one for each.`);
  }
  const results = await loadImages(name, list, loading);
  const skipped: SkippedFile[] = [];
  const kept: { readonly image: DecodedImage; readonly file: number }[] = [];
  results.forEach((result, file) => {
    if ("reason" in result) skipped.push({ name: at(list, file).name, reason: result.reason });
    else kept.push({ image: result, file });
  });
  const first = kept[0]?.image;
  if (!first) {
    throw new DataError(
      `${name}: none of ${list.length} files can be used; "${skipped[0]?.name}": ${skipped[0]?.reason}.`,
    );
  }
  const imageBytes = first.values.length;
  const values = new Uint8Array(kept.length * imageBytes);
  kept.forEach(({ image }, i) => {
    values.set(image.values, i * imageBytes);
  });
  const { labels, classNames } = classesOf(
    kept.map(({ file }) => ({ name: at(list, file).name, label: givenLabels?.[file] })),
    labelOf,
  );
  const source = imagesOfBytes({
    values,
    shape: [kept.length, first.height, first.width, loading.channels],
    name,
    ...(labels && { labels }),
    ...(classNames && { classNames }),
    ...(budgetBytes !== undefined && { budgetBytes }),
    ...(orderSeed !== undefined && { orderSeed }),
  });
  return { ...source, skipped };
}

const isFolder = (files: unknown): files is FileSystemDirectoryHandle => Object(files).kind === "directory";

/** The labels that were given, or those that the names tell. */
function classesOf(
  files: readonly { readonly name: string; readonly label: number | undefined }[],
  labelOf: ImageFilesOptions["labelOf"],
): { readonly labels?: readonly number[]; readonly classNames?: readonly string[] } {
  if (labelOf) {
    const given = files.map(({ name }) => labelOf(name));
    const classNames = [...new Set(given)].sort();
    const numbers = Object.fromEntries(classNames.map((className, i) => [className, i]));
    return { labels: given.map((className) => named(numbers, className)), classNames };
  }
  const labels = files.flatMap(({ label }) => (label === undefined ? [] : [label]));
  return labels.length > 0 ? { labels } : {};
}
