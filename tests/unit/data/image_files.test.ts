/** With a decoder of its own, as outside of a page: a file holds its height, its width, and a grey level. */
import { describe, expect, test } from "vitest";
import type { ImageDecoder } from "../../../src/data/formats/decode_image.ts";
import { folderOf, type ImageFilesOptions, imageFiles } from "../../../src/data/images/image_files.ts";
import { DataError, OptionError } from "../../../src/errors/errors.ts";

const decode: ImageDecoder = async (bytes, size, channels) => {
  const [ownHeight = 0, ownWidth = 0, level = 0] = bytes;
  if (ownHeight === 0xff) throw new Error("bad header");
  const [height, width] = size ?? [ownHeight, ownWidth];
  // Later files are ready sooner; the first pixel differs from the others.
  await new Promise((resolve) => setTimeout(resolve, 20 - Math.min(20, level)));
  const values = new Uint8Array(height * width * channels).fill(level);
  values[0] = 255;
  return { values, height, width };
};

const file = (name: string, ...bytes: number[]) => ({ name, bytes: Uint8Array.from(bytes) });
const good = (name: string, level: number, side = 4) => file(name, side, side, level);

const load = (files: readonly ReturnType<typeof file>[], options: ImageFilesOptions = {}) =>
  imageFiles(files, { size: 4, channels: 1, decode, ...options });

const levels = ({ values }: { readonly values: Uint8Array }) => Array.from(values).filter((_, i) => i % 16 === 1);

test("images come in the order of the files, however long each takes", async () => {
  const source = await load(
    [1, 5, 9, 13, 17].map((level) => good(`${level}.png`, level)),
    { concurrency: 3 },
  );
  expect(source).toMatchObject({ count: 5, sampleShape: [4, 4, 1], skipped: [] });
  expect(levels(source)).toEqual([1, 5, 9, 13, 17]);
});

test("a size may be of two sides, and sizes the files' own", async () => {
  expect(await load([good("a", 1)], { size: [2, 6], channels: 3 })).toMatchObject({ sampleShape: [2, 6, 3] });
  const same = await imageFiles([good("a", 1, 5), good("b", 2, 5)], { sizes: "same", channels: 1, decode });
  expect(same).toMatchObject({ count: 2, sampleShape: [5, 5, 1] });
});

describe("a bad file", () => {
  const files = [good("a.png", 1), file("b.png", 0xff, 0xd8, 0xff), good("c.png", 3), file("d.png"), good("e.png", 5)];

  test("is an error with its name, the first one's, even if a later one fails sooner", async () => {
    await expect(load(files)).rejects.toThrow(DataError);
    await expect(load(files, { concurrency: 5 })).rejects.toThrow(
      `images: the file "b.png" can't be used: it doesn't decode (bad header); it looks like a JPEG image. Take it out, or ` +
        'give onBad: "skip".',
    );
  });

  test("is skipped and listed, and takes its label along", async () => {
    const source = await load(files, { onBad: "skip", labels: [1, 2, 3, 4, 300] });
    expect(levels(source)).toEqual([1, 3, 5]);
    expect(source.labels).toEqual(Uint16Array.of(1, 3, 300));
    expect(source.skipped).toEqual([
      { name: "b.png", reason: "it doesn't decode (bad header); it looks like a JPEG image" },
      { name: "d.png", reason: "it is empty" },
    ]);
  });

  test("may be of another size", async () => {
    const mixed = [good("a", 1), good("b", 2, 5), good("c", 3)];
    const options = { sizes: "same", decode, channels: 1 } as const;
    await expect(imageFiles(mixed, options)).rejects.toThrow(
      `the file "b" can't be used: it has 5 x 5 pixels, where the first image has 4 x 4; sizes: "resize" scales them.`,
    );
    expect(await imageFiles(mixed, { ...options, onBad: "skip" })).toMatchObject({
      count: 2,
      skipped: [{ name: "b" }],
    });
    expect(await imageFiles(mixed, { ...options, size: 5, onBad: "skip" })).toMatchObject({
      count: 1,
      skipped: [{ name: "a", reason: expect.stringContaining("where size asks for 5 x 5") }, { name: "c" }],
    });
  });

  test("may take forever, which ends after the time for one", async () => {
    const hangs: ImageDecoder = (bytes, ...rest) =>
      bytes[2] === 2 ? new Promise(() => undefined) : decode(bytes, ...rest);
    const source = await load([good("a", 1), good("b", 2), good("c", 3)], {
      decode: hangs,
      timeoutMilliseconds: 200,
      onBad: "skip",
    });
    expect(levels(source)).toEqual([1, 3]);
    expect(source.skipped).toEqual([{ name: "b", reason: "it takes more than 200 ms" }]);
  });

  test("may come from a decoder that doesn't keep its word", async () => {
    const wrong: ImageDecoder = () => ({ values: new Uint8Array(9), height: 3, width: 3 });
    await expect(load([good("a", 1)], { decode: wrong })).rejects.toThrow(
      "the decoder gave 3 x 3 pixels instead of 4 x 4",
    );
    const short: ImageDecoder = () => ({ values: new Uint8Array(5), height: 4, width: 4 });
    await expect(load([good("a", 1)], { decode: short })).rejects.toThrow(
      "the decoder gave 5 bytes for 4 x 4 x 1 pixels",
    );
  });

  test("may be all there is", async () => {
    await expect(load([file("a"), file("b")], { onBad: "skip" })).rejects.toThrow(
      'images: none of 2 files can be used; "a": it is empty.',
    );
  });
});

test("names of folders are classes", async () => {
  const source = await load([good("set/dog/1.png", 1), good("set/cat/2.png", 2), good("set/dog/3.png", 3)], {
    labelOf: folderOf,
  });
  expect(source.classNames).toEqual(["cat", "dog"]);
  expect(source.labels).toEqual(Uint16Array.of(1, 0, 1));
  expect(folderOf("https://host/cats/1.png")).toBe("cats");
  expect(folderOf("1.png")).toBe("");
});

test("a signal ends the loading with its reason", async () => {
  const stop = new AbortController();
  const never: ImageDecoder = () => new Promise(() => undefined);
  const loading = load([good("a", 1), good("b", 2)], { decode: never, signal: stop.signal });
  stop.abort(new Error("changed my mind"));
  await expect(loading).rejects.toThrow("changed my mind");
  await expect(load([good("a", 1)], { signal: AbortSignal.abort(new Error("at once")) })).rejects.toThrow("at once");
});

test("progress is told after each file", async () => {
  const told: number[][] = [];
  await load([good("a", 1), good("b", 2)], { concurrency: 1, progress: (done, total) => told.push([done, total]) });
  expect(told).toEqual([
    [1, 2],
    [2, 2],
  ]);
});

describe("is refused:", () => {
  const one = [good("a", 1)];
  test.each<
    [string, readonly ReturnType<typeof file>[], ImageFilesOptions, typeof DataError | typeof OptionError, RegExp]
  >([
    ["no files", [], {}, DataError, /there are no files/],
    ["labels of another number", one, { labels: [1, 2] }, DataError, /2 labels for 1 files/],
    ["a label that is no whole number", one, { labels: [0.5] }, DataError, /label 0 is 0.5/],
    ["two kinds of labels", one, { labels: [1], labelOf: folderOf }, OptionError, /both labels and labelOf/],
    ["a size of nothing", one, { size: 0 }, OptionError, /size is 0/],
    ["two channels", one, { channels: 2 as 3 }, OptionError, /channels is 2; give 1 or 3 or 4/],
    ["no time", one, { timeoutMilliseconds: 0 }, OptionError, /timeoutMilliseconds is 0/],
  ])("%s", async (_, files, options, type, message) => {
    await expect(load(files, options)).rejects.toThrow(type);
    await expect(load(files, options)).rejects.toThrow(message);
  });

  test("no size", async () => {
    await expect(imageFiles(one, { decode })).rejects.toThrow(/give the `size` of the images, or sizes: "same"/);
  });

  test("a runtime without a decoder", async () => {
    await expect(imageFiles(one, { size: 4 })).rejects.toThrow(OptionError);
    await expect(imageFiles(one, { size: 4 })).rejects.toThrow(
      /there is no image decoder in this runtime.*give `decode`/,
    );
  });
});
