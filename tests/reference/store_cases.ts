/** What every store of files must do, in Node or in a browser. */
import { describe, expect, test } from "vitest";
import { DataError, OptionError } from "../../src/errors/errors.ts";
import type { FileStore } from "../../src/io/stores/store.ts";

const bytes = (...values: number[]) => Uint8Array.from(values);

/** @param open gives the same store at every call. */
export function storeCases(name: string, open: () => FileStore): void {
  describe(name, () => {
    test("keeps files of several pieces, and lists them", async () => {
      const store = open();
      await store.write("a.bin", [bytes(1, 2), bytes(), bytes(3)]);
      await store.write("b", [bytes(9)]);
      expect(await store.read("a.bin")).toEqual(bytes(1, 2, 3));
      expect([...(await open().list())].sort()).toEqual(["a.bin", "b"]);
      expect(await open().read("b")).toEqual(bytes(9));
      await store.remove("b");
      await store.remove("b");
      expect(await store.list()).toEqual(["a.bin"]);
    });

    test("replaces a file, and what it gives is the reader's own", async () => {
      const store = open();
      await store.write("a.bin", [bytes(4)]);
      const read = await store.read("a.bin");
      read[0] = 5;
      expect(await store.read("a.bin")).toEqual(bytes(4));
    });

    test("writes a file whole, whoever reads meanwhile", async () => {
      const store = open();
      const pieces = (value: number) => Array.from({ length: 20 }, () => new Uint8Array(50_000).fill(value));
      await store.write("large", pieces(1));
      const writing = store.write("large", pieces(2));
      for (let i = 0; i < 20; i++) {
        const read = await store.read("large");
        expect(read.length).toBe(1_000_000);
        expect(new Set(read).size).toBe(1);
      }
      await writing;
      expect((await store.read("large"))[0]).toBe(2);
      await store.remove("large");
    });

    test("gives a file that is replaced again and again as it was at some time, to several at once", async () => {
      const [writer, reader] = [open(), open()];
      await writer.write("busy", [bytes(1, 1)]);
      let isWriting = true;
      const writing = (async () => {
        for (let round = 2; round < 120; round++) await writer.write("busy", [bytes(round, round)]);
        isWriting = false;
      })();
      const readAll = async () => {
        let last = 0;
        while (isWriting) {
          const [a = 0, b = 0] = await reader.read("busy");
          expect(a).toBe(b);
          expect(a).toBeGreaterThanOrEqual(last);
          last = a;
        }
      };
      await Promise.all([writing, readAll(), readAll(), readAll()]);
      await writer.remove("busy");
      await expect(reader.read("busy")).rejects.toThrow(DataError);
    });

    test("is had by one at a time", async () => {
      const unlock = await open().lock();
      expect(unlock).toBeTypeOf("function");
      expect(await open().lock()).toBeUndefined();
      await unlock?.();
      const again = await open().lock();
      expect(again).toBeTypeOf("function");
      await again?.();
    });

    test("refuses names that lead elsewhere, and files that there are not", async () => {
      const store = open();
      for (const name of ["../a", "a/b", "a\\b", ".", "..", "", ".hidden", "a\u0000", "ä", "x".repeat(201)]) {
        await expect(store.write(name, [bytes(1)]), name).rejects.toThrow(OptionError);
      }
      await expect(store.read("missing")).rejects.toThrow(DataError);
      await expect(store.read("missing")).rejects.toThrow(/read "missing": there is none/);
    });
  });
}
