/** What only some pages carry comes along with the modules of the library that need it. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { imageOperations } from "../../src/graph/composites/image_operations.ts";

const source = fileURLToPath(new URL("../../src", import.meta.url));
const modules = (readdirSync(source, { recursive: true }) as string[]).filter((path) => path.endsWith(".ts"));

test("every module that calls a tensor's method for images imports the extra", () => {
  const call = new RegExp(`\\.(${Object.keys(imageOperations).join("|")})\\(`);
  const callers = modules.filter((path) => call.test(readFileSync(join(source, path), "utf8")));
  expect(callers.length).toBeGreaterThan(3);
  const forgetful = callers.filter(
    (path) => !/^import "(?:\.\.\/)+extras\/images\.ts";$/m.test(readFileSync(join(source, path), "utf8")),
  );
  expect(forgetful).toEqual([]);
});
