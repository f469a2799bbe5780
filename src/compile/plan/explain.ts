import { at } from "../../errors/at.ts";
import { formatBytes } from "../../gpu/device.ts";
import { formatShape } from "../../graph/shape.ts";
import { bufferKey, type KernelBinding } from "../emit/bindings.ts";
import type { CompiledGraph } from "./compile_graph.ts";
import { memoryOf } from "./plan_memory.ts";

/** One of the computations that share a dispatch. */
export interface PartExplanation {
  /** The operation of its loop, then what is fused after it. */
  readonly operations: string;
  readonly shader: string;
  /** Shape of what it computes. */
  readonly shape: readonly number[];
  /** How a matrix product gives its tiles to invocations, such as "quad 32x8"; "" elsewhere. */
  readonly form: string;
  readonly workgroups: number;
  /** Multiply-adds of its matrix product or convolution, without and with those that its tiles compute beyond the edges. */
  readonly multiplyAdds: number;
  readonly executedMultiplyAdds: number;
}

/** One dispatch. */
export interface KernelExplanation {
  /** The operations of its parts. */
  readonly operations: string;
  readonly parts: readonly PartExplanation[];
  readonly workgroups: number;
  /** Bytes of everything it reads and writes, each place once. */
  readonly bytesRead: number;
  readonly bytesWritten: number;
  readonly multiplyAdds: number;
  readonly executedMultiplyAdds: number;
  /**
   * Names of the buffers, with the byte where a binding begins: an `arena` is shared among values, an `output` is kept for
   * the host, a `feed` comes from it; states go by their labels.
   */
  readonly reads: readonly string[];
  readonly writes: readonly string[];
  readonly source: string;
}

/** Bytes that all kernels of a plan move, beside what no plan could do without. */
export interface Traffic {
  readonly bytes: number;
  /** Of reads: each feed and state that the plan reads, once. Of writes: each output, and what it changes of states, once. */
  readonly lowerBound: number;
}

export interface Explanation {
  readonly label: string;
  readonly kernels: readonly KernelExplanation[];
  /** Bytes of the arenas that hold values between kernels, and of those that are alive at once: no arena can be smaller. */
  readonly arenaBytes: number;
  readonly arenaBytesLowerBound: number;
  readonly reads: Traffic;
  readonly writes: Traffic;
  readonly multiplyAdds: number;
  readonly executedMultiplyAdds: number;
  toString(): string;
}

export function explain(label: string, graph: CompiledGraph): Explanation {
  const kernels = graph.kernels.map((kernel): KernelExplanation => {
    const reads = kernel.bindings.filter(({ bytesRead }) => bytesRead > 0);
    const writes = kernel.bindings.filter(({ bytesWritten }) => bytesWritten > 0);
    const parts = kernel.parts.map((part) => ({
      operations: part.label,
      shader: part.shader,
      shape: (part.cluster.roots[0] ?? part.cluster.members[0])?.shape ?? [],
      form: part.form,
      workgroups: part.workgroups,
      multiplyAdds: part.multiplyAdds,
      executedMultiplyAdds: part.executedMultiplyAdds,
    }));
    return {
      operations: kernel.label,
      parts,
      workgroups: kernel.workgroups,
      bytesRead: sum(reads.map(({ bytesRead }) => bytesRead)),
      bytesWritten: sum(writes.map(({ bytesWritten }) => bytesWritten)),
      multiplyAdds: sum(parts.map((part) => part.multiplyAdds)),
      executedMultiplyAdds: sum(parts.map((part) => part.executedMultiplyAdds)),
      reads: reads.map(nameOf),
      writes: writes.map(nameOf),
      source: kernel.source,
    };
  });
  const { values, valuesLowerBound } = memoryOf(graph);
  const explanation = {
    label,
    kernels,
    arenaBytes: values,
    arenaBytesLowerBound: valuesLowerBound,
    reads: { bytes: sum(kernels.map(({ bytesRead }) => bytesRead)), lowerBound: leastBytes(graph, "bytesRead") },
    writes: {
      bytes: sum(kernels.map(({ bytesWritten }) => bytesWritten)),
      lowerBound: leastBytes(graph, "bytesWritten"),
    },
    multiplyAdds: sum(kernels.map((kernel) => kernel.multiplyAdds)),
    executedMultiplyAdds: sum(kernels.map((kernel) => kernel.executedMultiplyAdds)),
  };
  return { ...explanation, toString: () => format(explanation) };
}

/** Bytes of what comes from outside, or goes there: each word once. */
function leastBytes({ kernels }: CompiledGraph, direction: "bytesRead" | "bytesWritten"): number {
  const used = new Map<string, KernelBinding[]>();
  for (const binding of kernels.flatMap(({ bindings }) => bindings)) {
    if (binding.buffer.kind === "arena" || binding[direction] === 0) continue;
    const key = bufferKey(binding.buffer);
    const known = used.get(key);
    if (known) known.push(binding);
    else used.set(key, [binding]);
  }
  return sum([...used.values()].map((some) => Math.min(coveredBytes(some), sum(some.map((of) => of[direction])))));
}

/** Bytes that lie in at least one of the stretches. */
function coveredBytes(stretches: readonly KernelBinding[]): number {
  let [covered, end] = [0, 0];
  for (const { offset, size } of [...stretches].sort((a, b) => a.offset - b.offset)) {
    covered += Math.max(0, offset + size - Math.max(offset, end));
    end = Math.max(end, offset + size);
  }
  return covered;
}

/** A binding's buffer by its name, with the byte where it begins. */
export function nameOf({ buffer, offset }: KernelBinding): string {
  const name = buffer.kind === "state" ? buffer.state.label : bufferKey(buffer);
  return offset === 0 ? name : `${name}+${offset}`;
}

function format(plan: Omit<Explanation, "toString">): string {
  const header = ["#", "operations", "shape", "form", "groups", "reads", "writes"];
  const rows = plan.kernels.flatMap((kernel, i) =>
    kernel.parts.map((part, k) => [
      k === 0 ? String(i) : "",
      part.operations,
      formatShape(part.shape),
      part.form,
      String(part.workgroups),
      k === 0 ? `${formatBytes(kernel.bytesRead)}: ${kernel.reads.join(" ") || "nothing"}` : "",
      k === 0 ? `${formatBytes(kernel.bytesWritten)}: ${kernel.writes.join(" ")}` : "",
    ]),
  );
  const widths = header.map((title, column) => Math.max(title.length, ...rows.map((row) => at(row, column).length)));
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => cell.padEnd(at(widths, column)))
      .join("  ")
      .trimEnd();
  return [...totals(plan), line(header), ...rows.map(line)].join("\n");
}

function totals(plan: Omit<Explanation, "toString">): string[] {
  const { kernels, multiplyAdds, executedMultiplyAdds, reads, writes } = plan;
  const dispatches = `${kernels.length} ${kernels.length === 1 ? "dispatch" : "dispatches"}`;
  const products = `${multiplyAdds.toLocaleString("en")} multiply-adds in matrix products`;
  const executed = `${executedMultiplyAdds.toLocaleString("en")} with those of tiles beyond the edges`;
  const least = (bytes: number, bound: number) => `${formatBytes(bytes)} (at least ${formatBytes(bound)})`;
  return [
    `${plan.label}: ${dispatches}, ${products} (${executed})`,
    `reads ${least(reads.bytes, reads.lowerBound)}, writes ${least(writes.bytes, writes.lowerBound)}, ` +
      `holds ${least(plan.arenaBytes, plan.arenaBytesLowerBound)} between kernels`,
  ];
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
