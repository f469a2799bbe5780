/** What a browser keeps, in a browser. */
import { afterAll, expect, test } from "vitest";
import { DataError } from "../../../src/errors/errors.ts";
import { browserStore } from "../../../src/io/stores/browser_store.ts";
import { indexedDbStore } from "../../../src/io/stores/indexed_db_store.ts";
import { opfsStore } from "../../../src/io/stores/opfs_store.ts";
import { storeCases } from "../../reference/store_cases.ts";

const mark = `stores-${Date.now()}`;
afterAll(async () => {
  await (await navigator.storage.getDirectory()).removeEntry(`${mark}-opfs`, { recursive: true });
  indexedDB.deleteDatabase(`saddlepoint files ${mark}-db`);
});

storeCases("OPFS", () => opfsStore(`${mark}-opfs`));
storeCases("IndexedDB", () => indexedDbStore(`${mark}-db`));

test("a file that could not be written leaves none, or the one before", async () => {
  const store = opfsStore(`${mark}-opfs`);
  const broken = [Uint8Array.of(1)];
  broken[Symbol.iterator] = function* () {
    yield Uint8Array.of(1);
    throw new Error("no more");
  };
  await expect(store.write("half", broken)).rejects.toThrow(/write "half": no more/);
  expect(await store.list()).not.toContain("half");
  await store.write("half", [Uint8Array.of(7)]);
  await expect(store.write("half", broken)).rejects.toThrow(DataError);
  expect(await store.read("half")).toEqual(Uint8Array.of(7));
});

test("a browser's store is OPFS where there is one", () => {
  expect(browserStore("run").name).toMatch(/folder "run"/);
});
