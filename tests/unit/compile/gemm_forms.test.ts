/** Which forms of tile a product may take on a device, and what its kernels say about them. */
import { expect, test } from "vitest";
import type { DeviceTraits } from "../../../src/compile/device_traits.ts";
import { type GemmForm, gemmForms } from "../../../src/compile/gemm/gemm_forms.ts";
import { compileGraph } from "../../../src/compile/plan/compile_graph.ts";
import { leaf, output } from "./graphs.ts";

const software: DeviceTraits = { hasSubgroups: true, isSoftware: true, maxWorkgroupMemory: 16384 };
const hardware: DeviceTraits = { hasSubgroups: true, isSoftware: false, maxWorkgroupMemory: 16384 };
const square = { batch: 1, m: 512, n: 512, k: 512 };

test("a device without subgroups gets no quads, and a software adapter no workgroup memory", () => {
  const sharing = (target: DeviceTraits) => new Set(gemmForms(square, target).map((form) => form.sharing));
  expect([...sharing(software)].sort()).toEqual(["none", "quad"]);
  expect([...sharing({ ...software, hasSubgroups: false })]).toEqual(["none"]);
  expect([...sharing({ ...hardware, hasSubgroups: false })].sort()).toEqual(["none", "team"]);
});

test.each([software, hardware])("candidates have names of their own and survive JSON: %j", (target) => {
  const forms = gemmForms(square, target);
  expect(new Set(forms.map(({ name }) => name)).size).toBe(forms.length);
  expect(forms.length).toBeGreaterThanOrEqual(4);
  expect(JSON.parse(JSON.stringify(forms))).toEqual(forms);
});

test("a large product gets large tiles, a small one what compiles fast, a thin one no columns that nobody wants", () => {
  const first = (shape: typeof square) => gemmForms(shape, software)[0] as GemmForm;
  const area = ({ rows, columns }: GemmForm) => rows * columns;
  expect(area(first(square))).toBeGreaterThan(area(first({ ...square, m: 64, k: 16 })));
  expect(first({ ...square, n: 2 }).columns).toBe(2);
  expect(first({ ...square, m: 3 }).rows).toBe(3);
});

test("a kernel tells multiply-adds of its tiles apart from the operation's own", () => {
  const form: GemmForm = { name: "8x8", sharing: "none", rows: 8, columns: 8 };
  const product = leaf("a", [9, 6]).matmul(leaf("b", [6, 20]));
  const { kernels } = compileGraph([output(product)], { maxBindings: 8, chooseForm: () => form });
  const [part] = kernels.flatMap(({ parts }) => parts);
  expect(part).toMatchObject({ form: "8x8", multiplyAdds: 9 * 6 * 20, executedMultiplyAdds: 16 * 8 * 24 });
});

test("kernels that share a dispatch have no more workgroup memory together than the device", () => {
  const form: GemmForm = { name: "team 8x8", sharing: "team", rows: 8, columns: 8 };
  const products = [1, 2, 3, 4, 5].map((i) => output(leaf(`a${i}`, [64, 64]).matmul(leaf(`b${i}`, [64, 64]))));
  const options = { maxBindings: 32, target: hardware, chooseForm: () => form };
  for (const { workgroupMemory } of compileGraph(products, options).kernels) {
    expect(workgroupMemory).toBeGreaterThan(0);
    expect(workgroupMemory).toBeLessThanOrEqual(hardware.maxWorkgroupMemory);
  }
});
