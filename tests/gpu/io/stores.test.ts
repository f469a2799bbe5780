/** What a browser keeps, in a browser. */
import { afterAll, expect, test } from "vitest";
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

test("a browser's store is OPFS where there is one", () => {
  expect(browserStore("run").name).toMatch(/folder "run"/);
});
