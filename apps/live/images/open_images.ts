/** From the user's files, or a set that the library draws, to a source of square images. */
import { DataError, data } from "saddlepoint";
import { classNames, type OpenedImages, withFrame } from "../../job/images/open_data.ts";
import { imageSets } from "../../job/options/data_sets.ts";
import { selectImages } from "./file_roles.ts";
import type { FoundFile } from "./found_files.ts";
import type { Setup } from "./setup.ts";

export interface ShownImages extends OpenedImages {
  /** For people. */
  readonly title: string;
  /** Files that came with the images and are not used. */
  readonly leftOut: readonly data.SkippedFile[];
  /** Of an image as it came in, before it was framed. */
  readonly originalShape: readonly number[];
  /** Whether the user gave them. */
  readonly isOwn: boolean;
}

export type Progress = (done: number, total: number) => void;

export function drawnImages({ data: name, imageSize }: Setup): ShownImages {
  const { title, create } = imageSets[name === "own" ? "glyphs" : name];
  const source = create(imageSize);
  const { sampleShape: originalShape } = source;
  const names = classNames({ kind: "images" }, source);
  return { title, source, classNames: names, notes: [], leftOut: [], originalShape, isOwn: false };
}

/** The user's files, in words. */
export interface OwnDescription {
  readonly kind: "idx" | "cifar10" | "files";
  readonly title: string;
  /** Names of those that hold images. */
  readonly files: readonly string[];
  /** The name of the file of labels. */
  readonly labels?: string;
  /** Whether files lie in several folders, each a class. */
  readonly hasFolders: boolean;
}

type Reading = Pick<Setup, "imageSize" | "colours">;

/** Images that the user gave, which are read again only where the setup asks for other pixels of them. */
export class OwnImages {
  readonly #selection: ReturnType<typeof selectImages<FoundFile>>;
  readonly title: string;
  #key = "";
  #opened: ShownImages | undefined;

  /** @throws DataError where there are no images among the files, or several kinds. */
  constructor(files: readonly FoundFile[]) {
    const selection = selectImages(files);
    this.#selection = selection;
    this.title = titleOf(selection);
  }

  /** Whether the files are pictures, which come in any size. */
  get areFiles(): boolean {
    return this.#selection.kind === "files";
  }

  get description(): OwnDescription {
    const { title } = this;
    const selection = this.#selection;
    if (selection.kind === "idx") {
      const { kind, images, labels } = selection;
      return { kind, title, files: [images.name], ...(labels && { labels: labels.name }), hasFolders: false };
    }
    const { kind } = selection;
    const files = (kind === "cifar10" ? selection.batches : selection.files).map(({ name }) => name);
    return { kind, title, files, hasFolders: kind === "files" && new Set(files.map(data.folderOf)).size > 1 };
  }

  /**
   * As the files hold them; pictures as squares of the setup's size.
   *
   * @throws DataError for files that can't be used; the signal's reason once it aborts.
   */
  async read(reading: Reading, progress: Progress, signal: AbortSignal): Promise<ShownImages> {
    const key = this.areFiles ? `${reading.imageSize} ${reading.colours}` : "as they are";
    if (this.#opened && key === this.#key) return this.#opened;
    const { source, skipped } = await this.#source(reading, progress, signal);
    signal.throwIfAborted();
    if (![1, 3, 4].includes(source.sampleShape[2] as number)) {
      throw new DataError(
        `The images of ${this.title} have ${source.sampleShape[2]} channels, which no picture can show; give 1 (grey), 3 ` +
          "(RGB) or 4 (RGBA).",
      );
    }
    const kind = this.#selection.kind;
    const leftOut = [...skipped, ...this.#selection.leftOut];
    const opened: ShownImages = {
      title: this.title,
      source,
      classNames: classNames({ kind }, source),
      notes: [],
      leftOut,
      originalShape: source.sampleShape,
      isOwn: true,
    };
    this.#key = key;
    this.#opened = opened;
    return opened;
  }

  async #source(
    { imageSize, colours }: Reading,
    progress: Progress,
    signal: AbortSignal,
  ): Promise<{ source: data.ImageSource; skipped: readonly data.SkippedFile[] }> {
    const { title: name } = this;
    const selection = this.#selection;
    if (selection.kind === "idx") {
      const { images, labels } = selection;
      const [pixels, classes] = await Promise.all([images.bytes.arrayBuffer(), labels?.bytes.arrayBuffer()]);
      const source = await data.idxImages(pixels, { name, ...(classes && { labelsBytes: classes }) });
      return { source, skipped: [] };
    }
    if (selection.kind === "cifar10") {
      const batches = await Promise.all(selection.batches.map(({ bytes }) => bytes.arrayBuffer()));
      return { source: data.cifar10(batches, { name }), skipped: [] };
    }
    const { files } = selection;
    const folders = new Set(files.map((file) => data.folderOf(file.name)));
    const source = await data.imageFiles(files, {
      name,
      size: imageSize,
      channels: colours === "grey" ? 1 : 3,
      onBad: "skip",
      progress,
      signal,
      ...(folders.size > 1 ? { labelOf: data.folderOf } : {}),
    });
    return { source, skipped: source.skipped };
  }
}

/** The images in black frames up to the size. @throws OptionError for a size that cuts images off. */
export function framed(images: ShownImages, { imageSize }: Setup): ShownImages {
  return { ...images, source: withFrame(images.source, imageSize) };
}

function titleOf(selection: ReturnType<typeof selectImages<FoundFile>>): string {
  if (selection.kind === "idx") return lastPart(selection.images.name);
  const files = selection.kind === "cifar10" ? selection.batches : selection.files;
  const [first = { name: "" }] = files;
  if (files.length === 1) return lastPart(first.name);
  const folder = first.name.includes("/") ? first.name.split("/")[0] : undefined;
  return folder ?? `${files.length} files`;
}

const lastPart = (path: string) => path.split("/").at(-1) as string;
