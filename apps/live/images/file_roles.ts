/** What files are for, by their first bytes and names, and which of many to take. */
import { DataError } from "saddlepoint";

export type FileRole = "idx images" | "idx labels" | "cifar10" | "image" | "other";

/** A file with its path, as far as it is known. */
export interface SortedFile {
  readonly name: string;
  readonly role: FileRole;
}

/** PNG, JPEG, WebP, GIF and BMP by how they begin. */
const imageStarts = ["89504e47", "ffd8ff", "52494646", "47494638", "424d"];
const imageEnding = /\.(png|jpe?g|webp|gif|bmp|avif)$/i;

/**
 * What a file is for. A file that claims to be of a kind has its role even if it is damaged: its reader says best what is
 * wrong with it.
 *
 * @param head the first bytes, of a gzip file those inside it
 */
export function fileRole(name: string, head: Uint8Array): FileRole {
  const [zero, alsoZero, , rank = 0] = head;
  const start = Array.from(head.subarray(0, 4), (byte) => byte.toString(16).padStart(2, "0")).join("");
  if (imageEnding.test(name) || imageStarts.some((known) => start.startsWith(known))) return "image";
  if (/\.bin$/i.test(name)) return "cifar10";
  const isIdx = head.length >= 4 && zero === 0 && alsoZero === 0 && rank >= 1 && rank <= 4;
  if (isIdx) return rank === 1 ? "idx labels" : "idx images";
  if (/idx1|labels/i.test(name) && /idx|ubyte/i.test(name)) return "idx labels";
  return /idx|ubyte|\.gz$/i.test(name) ? "idx images" : "other";
}

/** Images to open: one kind of file, and what was left out with the reason. */
export type Selection<Item extends SortedFile> = {
  readonly leftOut: readonly { readonly name: string; readonly reason: string }[];
} & (
  | { readonly kind: "idx"; readonly images: Item; readonly labels: Item | undefined }
  | { readonly kind: "cifar10"; readonly batches: readonly Item[] }
  | { readonly kind: "files"; readonly files: readonly Item[] }
);

/**
 * The images among files that came together. Of several IDX files of images the first by name is taken, with the file of
 * labels of the same name.
 *
 * @throws DataError where there are none, or several kinds of them.
 */
export function selectImages<Item extends SortedFile>(given: readonly Item[]): Selection<Item> {
  const files = [...given].sort((a, b) => (a.name < b.name ? -1 : 1));
  const having = (role: FileRole) => files.filter((file) => file.role === role);
  const idx = having("idx images");
  const batches = having("cifar10");
  const pictures = having("image");
  const kinds = [
    ...(idx.length > 0 ? [`IDX files (${idx.length})`] : []),
    ...(batches.length > 0 ? [`CIFAR-10 batches (${batches.length})`] : []),
    ...(pictures.length > 0 ? [`image files (${pictures.length})`] : []),
  ];
  if (kinds.length > 1) {
    throw new DataError(`There are several kinds of images here: ${kinds.join(" and ")}. Give one kind at a time.`);
  }
  if (kinds.length === 0) throw new DataError(nothingUsable(files));
  const taken = new Set<Item>();
  const leftOut = () => files.filter((file) => !taken.has(file)).map(({ name, role }) => ({ name, reason: why(role) }));
  if (idx[0]) {
    const images = idx[0];
    const labels = labelsOf(images, idx, having("idx labels"));
    for (const file of [images, ...(labels ? [labels] : [])]) taken.add(file);
    return { kind: "idx", images, labels, leftOut: leftOut() };
  }
  for (const file of [...batches, ...pictures]) taken.add(file);
  if (batches.length > 0) return { kind: "cifar10", batches, leftOut: leftOut() };
  return { kind: "files", files: pictures, leftOut: leftOut() };
}

/** The labels whose name says that they belong to the images, or the only ones to the only images. */
function labelsOf<Item extends SortedFile>(
  images: Item,
  allImages: readonly Item[],
  labels: readonly Item[],
): Item | undefined {
  const wanted = stem(images.name);
  const named = labels.find(({ name }) => stem(name) === wanted);
  return named ?? (allImages.length === 1 && labels.length === 1 ? labels[0] : undefined);
}

const stem = (name: string) =>
  name
    .toLowerCase()
    .replace(/\.gz$/, "")
    .replace(/images|labels/, "")
    .replace(/idx\d/, "");

function why(role: FileRole): string {
  if (role === "other") return "it is neither an image, nor an IDX file, nor a batch of CIFAR-10";
  return role === "idx labels" ? "its images are not the ones that are used" : "another file of images is used";
}

function nothingUsable(files: readonly SortedFile[]): string {
  const wanted = "Give PNG, JPEG or WebP files, an IDX file of images, or the binary version of CIFAR-10.";
  if (files.length === 0) return `There are no files here. ${wanted}`;
  if (files.every(({ role }) => role === "idx labels")) {
    return `"${files[0]?.name}" holds labels only; give the file of images with it, both at once.`;
  }
  return `There are no images here, only ${files
    .slice(0, 3)
    .map(({ name }) => `"${name}"`)
    .join(", ")}${files.length > 3 ? ", ..." : ""}. ${wanted}`;
}
