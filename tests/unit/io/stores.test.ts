import { spawn } from "node:child_process";
import { chmodSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { afterAll, describe, expect, test } from "vitest";
import { folderStore } from "../../../src/io/stores/folder_store.ts";
import { memoryStore } from "../../../src/io/stores/memory_store.ts";
import { storeError } from "../../../src/io/stores/store.ts";
import { storeCases } from "../../reference/store_cases.ts";

const root = mkdtempSync(join(tmpdir(), "stores-"));
afterAll(() => {
  rmSync(root, { recursive: true, force: true });
});

const memory = memoryStore();
storeCases("memory", () => memory);
storeCases("a folder that is made", () => folderStore(join(root, "not", "yet")));

describe("a folder", () => {
  test("is empty where there is none, and shows no file that is not whole", async () => {
    const folder = join(root, "partial");
    expect(await folderStore(folder).list()).toEqual([]);
    await folderStore(folder).write("whole", [Uint8Array.of(1)]);
    writeFileSync(join(folder, "whole.123.0.partial"), "half");
    expect(await folderStore(folder).list()).toEqual(["whole"]);
  });

  test("below a file, and one without the right to write, are a sentence", async () => {
    writeFileSync(join(root, "file"), "");
    const below = folderStore(join(root, "file", "below"));
    await expect(below.write("a", [Uint8Array.of(1)])).rejects.toThrow(/write "a": a part of its path is a file/);
    await expect(below.lock()).rejects.toThrow(/lock it: a part of its path is a file/);
    if (process.getuid?.() === 0) return;
    const closed = join(root, "closed");
    await folderStore(closed).write("a", [Uint8Array.of(1)]);
    chmodSync(closed, 0o500);
    await expect(folderStore(closed).write("b", [Uint8Array.of(1)])).rejects.toThrow(/there is no right to/);
  });

  test.each([
    [{ code: "ENOSPC" }, /the disk is full/],
    [{ code: "EROFS" }, /the disk is read-only/],
    [Object.assign(new Error(), { name: "QuotaExceededError" }), /gives this site no more room/],
    [new Error("something else"), /something else/],
  ])("%o is told with what to do", (cause, says) => {
    expect(storeError("store", "write it", cause).message).toMatch(says);
  });

  test("is taken over from a process that has ended, and not from one that lives", async () => {
    const folder = join(root, "locked");
    const unlock = await folderStore(folder).lock();
    expect(await folderStore(folder).lock()).toBeUndefined();
    await unlock?.();
    const child = spawn(process.execPath, ["-e", ""]);
    await new Promise((resolve) => child.once("exit", resolve));
    writeFileSync(join(folder, ".lock"), String(child.pid));
    const taken = await folderStore(folder).lock();
    expect(taken).toBeTypeOf("function");
    await taken?.();
    expect(readdirSync(folder)).toEqual([]);
  });
});
