import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { manifest } from "../../../src/kernels/manifest.ts";
import { describeShader, generateManifest, manifestPath } from "../../../tools/manifest.mjs";

test("the checked-in manifest is the one that the shaders give", async () => {
  const [checkedIn, fresh] = await Promise.all([readFile(manifestPath, "utf8"), generateManifest()]);
  expect(checkedIn, "src/kernels/manifest.ts is out of date; run: npm run manifest").toBe(fresh);
});

test("constants are the whole literals, not what is derived from them", () => {
  expect(manifest.matmul.constants).toContain("M");
  expect(manifest.matmul.constants).not.toContain("TILES_M");
});

const shader = `
const SIZE: u32 = 64u;
const HALF: u32 = SIZE / 2u;
const MASK: u32 = 0xffu;
const SCALE: f32 = 1.5f;
const LAST = HALF;
const MIXED = 2u * SIZE;

struct Pair {
  first: f32,
  second: f32,
}

@group(0) @binding(1) var<storage, read_write> result: array<f32, 64>;
@group(0) @binding(0) var<storage, read> x: array<vec4<f32>>;
@group(0) @binding(2) var<uniform> step: Pair;

var<workgroup> shares: array<Pair, HALF>;

// hook: takes
// nothing away
fn plain() {}

// hook: element i
fn load(
  i: u32, // which
  p: ptr<function, f32>,
) -> f32 {
  return x[i].x;
}

@compute @workgroup_size(SIZE, 2)
fn main() {
  let block = load(0u);
}
`;

describe("a shader's description", () => {
  const valid = shader.replace("\n// nothing away", "");

  test("lists what the shader declares", () => {
    expect(describeShader("x.wgsl", valid)).toEqual({
      constants: ["SIZE", "MASK"],
      hooks: { plain: "fn plain()", load: "fn load(i: u32, p: ptr<function, f32>) -> f32" },
      bindings: [
        { name: "x", binding: 0, access: "read", type: "array<vec4f>" },
        { name: "result", binding: 1, access: "read_write", type: "array<f32>" },
        { name: "step", binding: 2, access: "uniform", type: "Pair" },
      ],
      functions: ["plain", "load", "main"],
      structs: ["Pair"],
      workgroupMemory: [{ name: "shares", type: "array<Pair, HALF>" }],
      workgroupSize: ["SIZE", "2"],
    });
  });

  test.each([
    ["a hook comment apart from its declaration", shader, "the hook comment on line 20 is not followed by a function"],
    ["a hook comment without a purpose", valid.replace("// hook: element i", "// hook:"), 'must read "// hook: "'],
    ["another bind group", valid.replace("group(0) @binding(2)", "group(1) @binding(2)"), '"step" is in bind group 1'],
    ["a binding used twice", valid.replace("binding(2)", "binding(1)"), '"result" and "step" share binding 1'],
    ["no entry point", valid.replace(/@compute.*\n/, ""), "exactly one entry point, @compute fn main; found: none"],
    ["another entry point", valid.replace("fn main", "fn start"), "found: start"],
    ["a syntax error", valid.replace("let block =", "let ="), "wgsl_reflect cannot parse it"],
  ])("is refused for %s", (_, source, message) => {
    expect(() => describeShader("x.wgsl", source)).toThrow(`x.wgsl: `);
    expect(() => describeShader("x.wgsl", source)).toThrow(message);
  });
});
