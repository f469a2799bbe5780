import { DataError, OptionError } from "../gpu/errors.ts";
import type { DecodedImage } from "./decode_image.ts";
import { fileName, filesOfFolder, type ImageFile } from "./image_file.ts";
import type { Residency } from "./image_tables.ts";
import { type ImageSource, images } from "./images.ts";
import { assertLoadOptions, type LoadOptions, loadImages } from "./load_images.ts";

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
  /** The class of each label, if `labelOf` was given. */
  readonly classNames?: readonly string[];
}

/** The folder that a path or address ends in, for `labelOf`: "cats" of "photos/cats/1.png". */
export function folderOf(name: string): string {
  return name.split(/[\\/]/).at(-2) ?? "";
}

/**
 * Images from files: `File`s, addresses, bytes under a name, or a folder that the user opened. In a page, PNG, JPEG, WebP
 * and whatever else the browser shows, decoded in workers; elsewhere what `decode` decodes. Transparent parts come out
 * black. Files of any size become images of one, [H, W, channels].
 *
 * @throws DataError for no files, a bad one (unless those are skipped), nothing but bad ones, or labels of another number;
 * OptionError for options that are out of range or missing, or where nothing decodes images.
 */
export async function imageFiles(
  files: readonly ImageFile[] | FileSystemDirectoryHandle,
  options: ImageFilesOptions = {},
): Promise<ImageFileSource> {
  const { name = "images", channels = 3, budgetBytes, orderSeed } = options;
  assertLoadOptions(name, options);
  if (options.labels && options.labelOf) {
    throw new OptionError(`${name}: both labels and labelOf are given; give one of them.`);
  }
  const list = "kind" in files ? await filesOfFolder(files) : files;
  if (list.length === 0) throw new DataError(`${name}: there are no files; give at least one image.`);
  if (options.labels && options.labels.length !== list.length) {
    throw new DataError(`${name}: ${options.labels.length} labels for ${list.length} files; give one for each.`);
  }
  const results = await loadImages(name, list, options);
  const skipped: SkippedFile[] = [];
  const kept: { readonly image: DecodedImage; readonly file: number }[] = [];
  results.forEach((result, file) => {
    if ("reason" in result) skipped.push({ name: fileName(list[file] as ImageFile), reason: result.reason });
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
    kept.map(({ file }) => ({ name: fileName(list[file] as ImageFile), label: options.labels?.[file] })),
    options.labelOf,
  );
  const source = images({
    values,
    shape: [kept.length, first.height, first.width, channels],
    name,
    ...(labels && { labels }),
    ...(budgetBytes !== undefined && { budgetBytes }),
    ...(orderSeed !== undefined && { orderSeed }),
  });
  return { ...source, skipped, ...(classNames && { classNames }) };
}

/** The labels that were given, or those that the names tell. */
function classesOf(
  files: readonly { readonly name: string; readonly label: number | undefined }[],
  labelOf: ImageFilesOptions["labelOf"],
): { readonly labels?: readonly number[]; readonly classNames?: readonly string[] } {
  if (labelOf) {
    const named = files.map(({ name }) => labelOf(name));
    const classNames = [...new Set(named)].sort();
    const numbers = new Map(classNames.map((className, i) => [className, i]));
    return { labels: named.map((className) => numbers.get(className) as number), classNames };
  }
  const labels = files.flatMap(({ label }) => (label === undefined ? [] : [label]));
  return labels.length > 0 ? { labels } : {};
}
