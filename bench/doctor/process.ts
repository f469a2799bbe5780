/**
 * The suite of failures as one bundled module, for Node and Deno. Run by itself it records: its last argument is the choice as
 * JSON, the one before it the folder of recordings, and in Node, the first is the address of Dawn's module. Progress goes to stderr.
 */
import { type RecordChoice, recordTable, type Shelf } from "./record/record_table.ts";

const { existsSync } = process.getBuiltinModule("node:fs");
const { rename, writeFile } = process.getBuiltinModule("node:fs/promises");
const { gzipSync } = process.getBuiltinModule("node:zlib");

const [last = "{}", folder = ".", dawn] = process.argv.slice(2).reverse();

const shelf: Shelf = {
  has: (file) => existsSync(`${folder}/${file}`),
  async keep(file, bytes) {
    // A run that is broken off leaves no half of a file.
    await writeFile(`${folder}/${file}.part`, file.endsWith(".gz") ? gzipSync(bytes, { level: 1 }) : bytes);
    await rename(`${folder}/${file}.part`, `${folder}/${file}`);
  },
};

await recordTable(await gpuOf(dawn), JSON.parse(last) as RecordChoice, shelf, (line) => {
  process.stderr.write(`${line}\n`);
});
process.exit(0);

async function gpuOf(module: string | undefined): Promise<GPU> {
  if (module === undefined) return navigator.gpu;
  const { create, globals } = (await import(module)) as DawnModule;
  Object.assign(globalThis, globals);
  return create([]);
}

interface DawnModule {
  create(flags: readonly string[]): GPU;
  readonly globals: object;
}
