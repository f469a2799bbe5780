/**
 * What the emitter writes, as files: a change of it is read as WGSL in review. After one that is meant, write them anew with
 * `npx vitest run --project unit tests/unit/compile/golden.test.ts -u`.
 */
import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import type { Kernel } from "../../../src/compile/emit/kernel.ts";
import { compileGraph } from "../../../src/compile/plan/compile_graph.ts";
import { nameOf } from "../../../src/compile/plan/explain.ts";
import { verifier } from "../../../src/compile/verify/verify.ts";
import { primitives } from "../../../src/graph/primitives/registry.ts";
import { conv2dSource, shaderSources } from "../../../src/kernels/sources.ts";
import { goldenCases } from "./golden_cases.ts";

const cases = Object.entries(goldenCases).flatMap(([kind, all]) =>
  Object.entries(all).map(([name, one]) => ({ file: `${kind}/${name}.wgsl`, ...one })),
);

const blocksOf = (text: string): readonly string[] => text.split(/\n{2,}/).map((block) => block.trim());
/** What stands in a shader file as it is. */
const asInFiles = new Map(
  Object.entries({ ...shaderSources, conv2d: conv2dSource }).flatMap(([name, text]) =>
    blocksOf(text).map((block) => [block, name] as const),
  ),
);

/** The kernel's text, but for what stands in a shader file as it does here: that goes by its names. */
function withoutFiles(source: string): string {
  const blocks: string[] = [];
  for (const block of blocksOf(source)) {
    const shader = asInFiles.get(block);
    const names = [...block.matchAll(/^(?:fn|struct|const) (\w+)/gm)].map((match) => match[1]).join(" ");
    const line = `// As in ${shader}.wgsl:`;
    const last = blocks.at(-1);
    if (!shader) blocks.push(block);
    else if (last?.startsWith(line)) blocks.splice(-1, 1, `${last} ${names}`.trimEnd());
    else if (names) blocks.push(`${line} ${names}`);
  }
  return blocks.join("\n\n");
}

/** A dispatch: what it computes, how many workgroups it takes, what it binds, and its text. */
function printKernel(
  { label, workgroups, bindings, source }: Kernel,
  i: number,
  { length }: readonly Kernel[],
): string {
  const head = `// Dispatch ${i + 1} of ${length}: ${label}; ${workgroups} ${workgroups === 1 ? "workgroup" : "workgroups"}.`;
  const bound = bindings.map((binding) => {
    const { name, size, bytesRead, bytesWritten } = binding;
    return `// ${name}: ${nameOf(binding)}, ${size} bytes; reads ${bytesRead}, writes ${bytesWritten}.`;
  });
  return `${[head, ...bound].join("\n")}\n\n${withoutFiles(source)}\n`;
}

describe("the kernels of", () => {
  test.each(cases)("$file", async ({ file, sinks, options }) => {
    const { kernels } = compileGraph(sinks(), { maxBindings: 8, verify: verifier, ...options });
    await expect(kernels.map(printKernel).join("\n")).toMatchFileSnapshot(`golden/${file}`);
  });
});

describe("golden files", () => {
  test("there are of every kind of operation that a primitive has", () => {
    const kinds = new Set(Object.values(primitives).map(({ lowering }) => lowering.kind));
    expect([...kinds].filter((kind) => Object.keys(goldenCases[kind] ?? {}).length === 0)).toEqual([]);
  });

  test("are all of a case", () => {
    const folder = fileURLToPath(new URL("golden", import.meta.url));
    const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).map((path) => path.replaceAll("\\", "/"));
    expect(files.filter((path) => path.endsWith(".wgsl")).sort()).toEqual(cases.map(({ file }) => file).sort());
  });
});
