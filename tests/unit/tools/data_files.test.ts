import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { atAddress, nameOf, servedData } from "../../../tools/start/data_files.mjs";
import { CommandLineError } from "../../../tools/terminal/command_line_error.mjs";

const folder = mkdtempSync(join(tmpdir(), "saddlepoint-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Files with their own path as content. */
function folderWith(name: string, paths: readonly string[]): string {
  const root = join(folder, name);
  for (const path of paths) {
    mkdirSync(join(root, path, ".."), { recursive: true });
    writeFileSync(join(root, path), path);
  }
  return root;
}

const served = (data: Parameters<typeof servedData>[0]["data"], more = {}) =>
  servedData({ data, penalties: [], tricks: [], help: false, ...more });

describe("servedData", () => {
  test("serves every image of a folder and of those in it, under an address that shows its name", async () => {
    const root = folderWith("pets", ["cats/1 a.png", "dogs/2.JPG", "notes.txt"]);
    const { data, routes } = await served({ folder: root }, { onBad: "skip" });
    const urls = ["/data/cats/1%20a.png", "/data/dogs/2.JPG"];
    expect(data).toEqual({ kind: "files", urls, name: "pets", onBad: "skip" });
    expect(Object.keys(routes)).toEqual(urls.map(decodeURIComponent));
    expect(String((await routes["/data/cats/1 a.png"]!()).body)).toBe("cats/1 a.png");
  });

  test.each<[string, Readonly<Record<string, string>>, readonly string[]]>([
    ["back to the folder", { "a/loop": "..", again: "." }, []],
    ["to each other", { x: "y", y: "x" }, []],
    ["to itself", { "a/self": "self" }, []],
    ["to nothing", { "gone.png": "missing.png" }, []],
    ["to a picture that is there", { "a/0.png": "1.png", "twin.png": "b.png" }, []],
    ["to a folder that is there, and before it", { "0": "a" }, []],
    ["to a picture elsewhere", { "far.png": "../far/2.png", "far again.png": "../far/2.png" }, ["far again.png"]],
    ["to a folder elsewhere that leads back", { far: "../far" }, ["far/2.png"]],
  ])("counts each picture once where links lead %s", async (name, links, more) => {
    const root = folderWith(`links ${name}/set`, ["a/1.png", "b.png", "no.png/notes.txt"]);
    folderWith(`links ${name}/far`, ["2.png"]);
    symlinkSync("../set", join(root, "../far/back"));
    for (const [link, target] of Object.entries(links)) symlinkSync(target, join(root, link));
    const { data } = await served({ folder: root });
    const urls = ["a/1.png", "b.png", ...more].sort().map((path) => `/data/${path.replaceAll(" ", "%20")}`);
    expect(data).toMatchObject({ kind: "files", urls });
  });

  test("takes a folder of CIFAR-10 batches for what it is, without the test batch", async () => {
    const root = folderWith("cifar", ["data_batch_2.bin", "data_batch_1.bin", "test_batch.bin"]);
    expect((await served({ folder: root })).data).toEqual({
      kind: "cifar10",
      urls: ["/data/data_batch_1.bin", "/data/data_batch_2.bin"],
      name: "cifar",
    });
  });

  test("refuses a folder without images", async () => {
    const root = folderWith("texts", ["a.txt"]);
    await expect(served({ folder: root })).rejects.toThrow(CommandLineError);
    await expect(served({ folder: root })).rejects.toThrow(/has no images/);
  });

  test("serves labels beside the images, of one name too", async () => {
    const root = folderWith("digits", ["images/train.gz", "labels/train.gz"]);
    const [file, labels] = [join(root, "images/train.gz"), join(root, "labels/train.gz")];
    const { data, routes } = await served({ file }, { labels });
    expect(data).toEqual({ kind: "idx", url: "/data/train.gz", labelsUrl: "/data/labels/train.gz", name: "train.gz" });
    expect(String((await routes["/data/labels/train.gz"]!()).body)).toBe("labels/train.gz");
  });

  test("serves nothing for generated sets", async () => {
    expect(await served({ set: "ring" })).toEqual({ data: { kind: "set", name: "ring" }, routes: {} });
    expect(await served({ images: "glyphs" })).toEqual({ data: { kind: "images", name: "glyphs" }, routes: {} });
  });
});

test("nameOf leaves out folders and endings", () => {
  expect(nameOf({ file: "/data/digits-idx3-ubyte.gz" })).toBe("digits-idx3-ubyte");
  expect(nameOf({ folder: "/data/pets.v2/" })).toBe("pets.v2");
  expect(nameOf({ set: "ring" })).toBe("ring");
});

test("files of numbers are served with what is where in them", async () => {
  const root = folderWith("numbers", ["points.csv", "labels.npy"]);
  const [file, labels] = [join(root, "points.csv"), join(root, "labels.npy")];
  const { data, routes } = await served({ file }, { labels, columns: ["x", 2] });
  expect(data).toEqual({
    kind: "numbers",
    url: "/data/points.csv",
    labelsUrl: "/data/labels/labels.npy",
    name: "points.csv",
    columns: ["x", 2],
  });
  expect(String((await routes["/data/points.csv"]!()).body)).toBe("points.csv");
  expect(atAddress(data, "http://127.0.0.1:7/")).toMatchObject({
    url: "http://127.0.0.1:7/data/points.csv",
    labelsUrl: "http://127.0.0.1:7/data/labels/labels.npy",
  });
  expect((await served({ file }, { labelColumn: "species" })).data).toMatchObject({ labels: "species" });
});
