import { describe, expect, test } from "vitest";
import { cifar10 } from "../../../src/data/images/cifar10.ts";
import { DataError, OptionError } from "../../../src/errors/errors.ts";

const recordBytes = 3073;

/** A record whose red, green and blue planes count up from 0, 100 and 200. */
function record(label: number): number[] {
  const plane = (start: number) => Array.from({ length: 1024 }, (_, i) => (start + i) % 256);
  return [label, ...plane(0), ...plane(100), ...plane(200)];
}

const batch = (...labels: number[]) => Uint8Array.from(labels.flatMap(record));

test("batches come one after the other, with planes made pixels", () => {
  const source = cifar10([batch(3, 9), batch(0).buffer]);
  expect(source).toMatchObject({ name: "cifar10", count: 3, sampleShape: [32, 32, 3] });
  expect(Array.from(source.labels!)).toEqual([3, 9, 0]);
  for (const image of [0, 1, 2]) {
    const at = (pixel: number) => Array.from(source.values.subarray(image * 3072 + 3 * pixel).slice(0, 3));
    expect(at(0)).toEqual([0, 100, 200]);
    expect(at(33)).toEqual([33, 133, 233]);
    expect(at(1023)).toEqual([1023 % 256, 1123 % 256, 1223 % 256]);
  }
});

test("a limit takes the first images", () => {
  const source = cifar10([batch(1, 2), batch(3, 4)], { limit: 3 });
  expect(Array.from(source.labels!)).toEqual([1, 2, 3]);
  expect(source.values).toHaveLength(3 * 3072);
  expect(() => cifar10([batch(1)], { limit: 0 })).toThrow(OptionError);
});

describe("a file is refused by its number", () => {
  const zip = new Uint8Array(recordBytes - 1);
  zip.set([0x50, 0x4b]);
  test.each([
    [
      "cut off",
      batch(1).subarray(0, 3000),
      "cifar10, file 2 of 2: its 3000 bytes are not a whole number of records of 3073",
    ],
    ["empty", new Uint8Array(), "file 2 of 2: its 0 bytes"],
    ["an archive", zip, "This looks like a ZIP archive"],
    ["of other labels", batch(1, 10), "file 2 of 2: image 1 has the label 10; CIFAR-10 has 0 to 9."],
  ])("%s", (_, file, message) => {
    expect(() => cifar10([batch(1), file])).toThrow(DataError);
    expect(() => cifar10([batch(1), file])).toThrow(message);
  });

  test("and so is no file at all", () => {
    expect(() => cifar10([])).toThrow("cifar10: there are no files");
  });
});

describe("files come", () => {
  const bytes = () => batch(1, 2);
  const expected = () => cifar10([bytes()]).values;

  test("as bytes of every kind, which are copied", () => {
    for (const file of [bytes(), bytes().buffer, new Uint8ClampedArray(bytes()) as never]) {
      expect(cifar10([file]).values).toEqual(expected());
    }
    const own = bytes();
    const source = cifar10([own]);
    own.fill(7);
    expect(source.values).toEqual(expected());
  });

  test("as Blobs and Files, also beside bytes, which give a promise", async () => {
    const blob = new Blob([bytes()]);
    const file = new File([bytes()], "data_batch_1.bin");
    expect((await cifar10([blob])).values).toEqual(expected());
    expect(await cifar10([file, bytes()], { limit: 3 })).toMatchObject({ count: 3 });
    // As in a form.
    expect(await cifar10(new Set([file]))).toMatchObject({ count: 2 });
    await expect(cifar10([new Blob(["text"]), file])).rejects.toThrow("cifar10, file 1 of 2: its 4 bytes are not");
  });

  test.each([
    ["data_batch_1.bin", /file 2 of 2 is "data_batch_1.bin"; give a File, a Blob, an ArrayBuffer or a Uint8Array/],
    [Promise.resolve(new ArrayBuffer(8)), /file 2 of 2 is a promise \(await it first\)/],
    [Float32Array.of(1), /file 2 of 2 is a Float32Array of 1/],
    [null, /file 2 of 2 is null/],
  ])("but not as %o", (file, message) => {
    expect(() => cifar10([bytes(), file as never])).toThrow(message);
  });

  test("in an array", () => {
    expect(() => cifar10(bytes() as never)).toThrow("files is a Uint8Array of 6146; give an array of them");
    expect(() => cifar10(new Blob([]) as never)).toThrow("files is a Blob; give an array of them");
  });
});
