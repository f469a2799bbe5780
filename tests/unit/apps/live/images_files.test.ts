import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { type FileRole, fileRole, selectImages } from "../../../../apps/live/images/file_roles.ts";
import type { FoundFile } from "../../../../apps/live/images/found_files.ts";
import { framed, OwnImages } from "../../../../apps/live/images/open_images.ts";
import { defaultSetup } from "../../../../apps/live/images/setup.ts";
import { DataError, OptionError } from "../../../../src/index.ts";

const head = (...bytes: number[]) => Uint8Array.from(bytes);
const named = (name: string, role: FileRole) => ({ name, role });

describe("the role of a file", () => {
  test.each<[name: string, bytes: Uint8Array, role: FileRole]>([
    ["train-images-idx3-ubyte", head(0, 0, 8, 3, 0, 0, 0, 9), "idx images"],
    ["anything", head(0, 0, 8, 3), "idx images"],
    ["anything", head(0, 0, 8, 1), "idx labels"],
    ["data_batch_1.bin", head(0, 0, 8, 3), "cifar10"],
    ["photo", head(0x89, 0x50, 0x4e, 0x47), "image"],
    ["cats/1.JPG", head(), "image"],
    ["readme.txt", head(0x68, 0x65, 0x6c, 0x6c), "other"],
    ["favicon.ico", head(0, 0, 1, 0), "other"],
    ["", head(), "other"],
  ])("of %s that begins with %s is %s", (name, bytes, role) => {
    expect(fileRole(name, bytes)).toBe(role);
  });

  test("is what a damaged file claims, so that its reader says what is wrong", () => {
    expect(fileRole("digits-idx3-ubyte.gz", head(0x1f, 0x8b))).toBe("idx images");
    expect(fileRole("digits-labels-idx1-ubyte.gz", head(0x1f, 0x8b))).toBe("idx labels");
    expect(fileRole("set.tar.gz", head(0x63, 0x69))).toBe("idx images");
    expect(fileRole("broken.png", head(0, 0, 0, 0))).toBe("image");
  });
});

describe("of many files", () => {
  test("IDX images are taken with the labels of the same name", () => {
    const selection = selectImages([
      named("mnist/train-labels-idx1-ubyte.gz", "idx labels"),
      named("mnist/train-images-idx3-ubyte.gz", "idx images"),
      named("mnist/t10k-labels-idx1-ubyte.gz", "idx labels"),
      named("mnist/readme.txt", "other"),
    ]);
    expect(selection).toMatchObject({
      kind: "idx",
      images: { name: "mnist/train-images-idx3-ubyte.gz" },
      labels: { name: "mnist/train-labels-idx1-ubyte.gz" },
    });
    expect(selection.leftOut.map(({ name }) => name)).toEqual(["mnist/readme.txt", "mnist/t10k-labels-idx1-ubyte.gz"]);
  });

  test("the only labels belong to the only images, and no others do", () => {
    const [pixels, classes] = [named("pixels.idx", "idx images"), named("classes.idx", "idx labels")];
    expect(selectImages([classes, pixels])).toMatchObject({ images: pixels, labels: classes, leftOut: [] });
    const more = selectImages([pixels, classes, named("more.idx", "idx images")]);
    expect(more).toMatchObject({ kind: "idx", labels: undefined });
    expect(more.leftOut).toHaveLength(2);
  });

  test("batches and pictures are taken in the order of their names", () => {
    const batches = [named("data_batch_2.bin", "cifar10"), named("data_batch_1.bin", "cifar10")];
    expect(selectImages(batches)).toMatchObject({ kind: "cifar10", batches: [batches[1], batches[0]] });
    const pictures = [named("b.png", "image"), named("notes.md", "other"), named("a.png", "image")];
    expect(selectImages(pictures)).toMatchObject({
      kind: "files",
      files: [pictures[2], pictures[0]],
      leftOut: [{ name: "notes.md" }],
    });
  });

  test("several kinds, none, and labels alone are refused with a sentence", () => {
    const images = named("a.png", "image");
    const attempt = (...files: ReturnType<typeof named>[]) => {
      return () => selectImages(files);
    };
    expect(attempt(images, named("b.bin", "cifar10"))).toThrow(/several kinds of images.*batches \(1\).*files \(1\)/);
    expect(attempt()).toThrow(/no files here/);
    expect(attempt(named("a.txt", "other"), named("b.txt", "other"))).toThrow(
      /no images here, only "a.txt", "b.txt"\./,
    );
    expect(attempt(named("x-idx1", "idx labels"))).toThrow(/holds labels only/);
    expect(attempt()).toThrow(DataError);
  });
});

describe("the user's images", () => {
  /** Four images of 2 x 2 pixels, a byte each from 0 on. */
  const pixels = [0, 0, 8, 3, 0, 0, 0, 4, 0, 0, 0, 2, 0, 0, 0, 2, ...Array.from({ length: 16 }, (_, i) => i * 16)];
  const classes = [0, 0, 8, 1, 0, 0, 0, 4, 0, 1, 0, 2];
  const found = (name: string, role: FileRole, bytes: Uint8Array): FoundFile => ({
    name,
    role,
    bytes: new Blob([bytes as BlobPart]),
  });
  const read = (...files: FoundFile[]) =>
    new OwnImages(files).read(defaultSetup, () => undefined, new AbortController().signal);

  test("are read from IDX files with their classes, and framed to a model's size", async () => {
    const images = await read(
      found("set/images.gz", "idx images", gzipSync(Uint8Array.from(pixels))),
      found("set/labels", "idx labels", Uint8Array.from(classes)),
    );
    expect(images).toMatchObject({ title: "images.gz", classNames: ["0", "1", "2"], leftOut: [] });
    expect(images.source.sampleShape).toEqual([2, 2, 1]);
    const { source } = framed(images, defaultSetup);
    expect(source.sampleShape).toEqual([28, 28, 1]);
    expect(Array.from(source.labels ?? [])).toEqual([0, 1, 0, 2]);
    // The last image in the middle of a black square.
    const last = source.values.subarray(3 * 28 * 28);
    expect([last[13 * 28 + 13], last[13 * 28 + 14], last[14 * 28 + 13], last[14 * 28 + 14]]).toEqual([
      192, 208, 224, 240,
    ]);
    expect(last.reduce((sum, value) => sum + value, 0)).toBe(192 + 208 + 224 + 240);
  });

  test("that are damaged or too large give the library's sentences", async () => {
    const damaged = found("images.gz", "idx images", gzipSync(Uint8Array.from(pixels)).subarray(0, 20));
    await expect(read(damaged)).rejects.toThrow(/gzip data is damaged or cut off/);
    const batch = found("batch.bin", "cifar10", new Uint8Array(3000));
    await expect(read(batch)).rejects.toThrow(/3000 bytes are not a whole number of records of 3073/);
    const large = Uint8Array.from([0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 30, 0, 0, 0, 1, ...Array(30).keys()]);
    const images = await read(found("tall", "idx images", large));
    expect(() => framed(images, defaultSetup)).toThrow(OptionError);
  });
});
