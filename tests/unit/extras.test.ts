/** What only some pages carry comes along with the modules of the library that need it. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { imageOperations } from "../../src/graph/composites/image_operations.ts";
import { moreOperations } from "../../src/graph/composites/more_operations.ts";

const source = fileURLToPath(new URL("../../src", import.meta.url));
const modules = (readdirSync(source, { recursive: true }) as string[]).filter((path) => path.endsWith(".ts"));

test.each([
  { extra: "images", names: Object.keys(imageOperations) },
  { extra: "operations", names: Object.keys(moreOperations) },
])("every module that calls a tensor's method of the extra $extra imports it", ({ extra, names }) => {
  const call = new RegExp(`\\.(${names.join("|")})\\(`);
  const line = new RegExp(`^import "(?:\\.\\.\\/)+extras\\/${extra}\\.ts";$`, "m");
  const callers = modules.filter((path) => call.test(readFileSync(join(source, path), "utf8")));
  expect(callers.length).toBeGreaterThan(1);
  expect(callers.filter((path) => !line.test(readFileSync(join(source, path), "utf8")))).toEqual([]);
});
