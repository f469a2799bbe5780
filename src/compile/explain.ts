import { formatBytes } from "../gpu/device.ts";
import { formatShape } from "../graph/shape.ts";
import { bufferKey, type KernelBinding } from "./bindings.ts";
import type { CompiledGraph } from "./compile_graph.ts";

/** One of the computations that share a dispatch. */
export interface PartExplanation {
  /** The operation of its loop, then what is fused after it. */
  readonly operations: string;
  readonly shader: string;
  /** Shape of what it computes. */
  readonly shape: readonly number[];
  readonly workgroups: number;
  readonly multiplyAdds: number;
}

/** One dispatch. */
export interface KernelExplanation {
  /** The operations of its parts. */
  readonly operations: string;
  readonly parts: readonly PartExplanation[];
  readonly workgroups: number;
  /** Bytes of everything it reads and writes, each binding once. */
  readonly bytesRead: number;
  readonly bytesWritten: number;
  readonly multiplyAdds: number;
  /** Names of the buffers: `slot` is shared among values, `state` outlives the plan, `feed` comes from the host. */
  readonly reads: readonly string[];
  readonly writes: readonly string[];
  readonly source: string;
}

export interface Explanation {
  readonly label: string;
  readonly kernels: readonly KernelExplanation[];
  /** Bytes of the buffers that hold values between kernels, and the least that any plan would need. */
  readonly slotBytes: number;
  readonly slotBytesLowerBound: number;
  readonly multiplyAdds: number;
  toString(): string;
}

export function explain(label: string, graph: CompiledGraph): Explanation {
  const kernels = graph.kernels.map((kernel): KernelExplanation => {
    const reads = kernel.bindings.filter((binding) => binding.access === "read");
    const writes = kernel.bindings.filter((binding) => binding.access === "read_write");
    const bytes = (bindings: readonly KernelBinding[]) => bindings.reduce((sum, { size }) => sum + size, 0);
    const parts = kernel.parts.map(({ label, shader, cluster, workgroups, multiplyAdds }) => ({
      operations: label,
      shader,
      shape: (cluster.roots[0] ?? cluster.members[0])?.shape ?? [],
      workgroups,
      multiplyAdds,
    }));
    return {
      operations: kernel.label,
      parts,
      workgroups: kernel.workgroups,
      bytesRead: bytes(reads),
      bytesWritten: bytes(writes),
      multiplyAdds: parts.reduce((sum, part) => sum + part.multiplyAdds, 0),
      reads: reads.map(nameOf),
      writes: writes.map(nameOf),
      source: kernel.source,
    };
  });
  const explanation = {
    label,
    kernels,
    slotBytes: graph.slots.reduce((sum, size) => sum + size, 0),
    slotBytesLowerBound: graph.memoryLowerBound,
    multiplyAdds: kernels.reduce((sum, kernel) => sum + kernel.multiplyAdds, 0),
  };
  return { ...explanation, toString: () => format(explanation) };
}

function nameOf({ buffer, offset }: KernelBinding): string {
  const name = buffer.kind === "state" ? buffer.state.label : bufferKey(buffer);
  return offset === 0 ? name : `${name}+${offset}`;
}

function format(plan: Omit<Explanation, "toString">): string {
  const header = ["#", "operations", "shape", "groups", "reads", "writes"];
  const rows = plan.kernels.flatMap((kernel, i) =>
    kernel.parts.map((part, k) => [
      k === 0 ? String(i) : "",
      part.operations,
      formatShape(part.shape),
      String(part.workgroups),
      k === 0 ? `${formatBytes(kernel.bytesRead)}: ${kernel.reads.join(" ") || "nothing"}` : "",
      k === 0 ? `${formatBytes(kernel.bytesWritten)}: ${kernel.writes.join(" ")}` : "",
    ]),
  );
  const widths = header.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => (row[column] as string).length)),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] as number))
      .join("  ")
      .trimEnd();
  return [
    `${plan.label}: ${plan.kernels.length} ${plan.kernels.length === 1 ? "dispatch" : "dispatches"}, ${plan.multiplyAdds.toLocaleString("en")} multiply-adds in matrix ` +
      `products, ${formatBytes(plan.slotBytes)} between kernels (at least ${formatBytes(plan.slotBytesLowerBound)})`,
    line(header),
    ...rows.map(line),
  ].join("\n");
}
