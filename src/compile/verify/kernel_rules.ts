import { bindingAlignment } from "../../gpu/constants.ts";
import { bufferKey, type KernelBinding } from "../emit/bindings.ts";
import type { Kernel } from "../emit/kernel.ts";
import { broken } from "./broken_rule.ts";

/** What holds of kernels: WebGPU's own rules for the bindings of a dispatch. @throws SaddlepointError at the first that doesn't. */
export function verifyKernels(kernels: readonly Kernel[], maxBindings: number): void {
  for (const { label, bindings } of kernels) {
    const kernel = `the kernel "${label}"`;
    if (bindings.length > maxBindings) {
      throw broken(
        "a kernel binds no more than the adapter allows",
        kernel,
        `it has ${bindings.length} bindings, of ${maxBindings}`,
      );
    }
    for (const binding of bindings) {
      const { name, offset, size } = binding;
      if (offset % bindingAlignment !== 0 || size % 4 !== 0) {
        const rule = "a place lies inside its buffer, and begins where a binding can";
        throw broken(rule, kernel, `its binding ${name} has ${size} bytes from ${offset} on`);
      }
      const other = bindings.find((one) => one !== binding && disagree(one, binding));
      if (other) {
        const rule = "bindings of a buffer agree, and none that is written overlaps another";
        throw broken(rule, kernel, `its bindings ${name} and ${other.name} are both of ${bufferKey(binding.buffer)}`);
      }
    }
  }
}

function disagree(a: KernelBinding, b: KernelBinding): boolean {
  if (bufferKey(a.buffer) !== bufferKey(b.buffer)) return false;
  const isApart = a.offset + a.size <= b.offset || b.offset + b.size <= a.offset;
  return a.access !== b.access || (a.access === "read_write" && !isApart);
}
