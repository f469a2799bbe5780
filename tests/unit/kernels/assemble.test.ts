import { expect, test } from "vitest";
import { assembleKernel } from "../../../src/kernels/assemble.ts";

const part = { text: "fn run(group: u32, lane: u32) {}", workgroups: 1 };
const kernelOf = (type: string, text = part.text) =>
  assembleKernel([{ ...part, text }], [{ name: "b0", access: "read", type }], 64);

test.each(["array<f16, 8>", "array<vec4h, 2>"])("a kernel that binds %s enables f16", (type) => {
  expect(kernelOf(type)).toMatch(/^enable f16;/);
});

test("other kernels enable nothing, but subgroups where lanes pass values on", () => {
  expect(kernelOf("array<vec4f, 2>")).not.toMatch(/enable/);
  const text = "fn run(group: u32, lane: u32) { let first = quadBroadcast(lane, 0u); }";
  expect(kernelOf("array<vec4f, 2>", text)).toMatch(/^enable subgroups;/);
});

test("the first workgroups run the first part", () => {
  const kernel = assembleKernel([{ ...part, workgroups: 3 }, part], [], 32);
  expect(kernel).toContain("@workgroup_size(32)");
  expect(kernel).toMatch(/if \(group < 3u\) \{\s+run_0\(group, lane\);\s+\} else \{\s+run_1\(group - 3u, lane\);/);
});

test("a text without spaces keeps functions whole, whose inner lines begin as declarations do", () => {
  const text = [
    "fn unused()-> u32{\nif(true){\nreturn 1u;\n}\nreturn 2u;\n}",
    "fn used(x:u32)-> u32{\nconst STEP=2u;\nif(x>STEP){\nreturn x;\n}\nreturn STEP;\n}",
    "fn run(group:u32,lane:u32){\nb0[lane]=used(group);\n}",
  ].join("\n");
  const kernel = assembleKernel([{ text, workgroups: 1 }], [], 64);
  expect(kernel).not.toContain("unused");
  expect(kernel).toContain("return x;\n}\nreturn STEP;\n}");
  expect(kernel.match(/\{/g)).toHaveLength(kernel.match(/\}/g)?.length ?? 0);
});
