import type { Tensor } from "../tensor/tensor.ts";
import type { ProbeColumns } from "./probe.ts";

/**
 * The Euclidean norm of a player's gradient by all of its parameters, of every element: a column for each player. It is not finite
 * where an element is not, and beyond 1.8e19.
 */
export const gradientNorm: ProbeColumns = { name: "gradientNorm", columns: {} };

/** Elements that an invocation sums. */
const fewest = 64;
const most = 512;

/**
 * Sums of squares that add up to that of a vector, as vectors: of parts of one length, and of what is left over. Each is summed
 * by one invocation, so that no workgroup waits for its own lanes.
 */
export function partsOfSquare(x: Tensor): Tensor[] {
  // A few more sums than each has elements: workgroups of them keep two cores equally busy.
  const length = Math.min(most, Math.max(fewest, 2 ** Math.floor(Math.log2(Math.sqrt(x.size)))));
  const count = Math.floor(x.size / length);
  const whole = count * length;
  const squares = (start: number, size: number) => x.slice([start], [size]).square();
  return [
    ...(count > 0 ? [squares(0, whole).reshape([count, length]).sum(1)] : []),
    ...(whole < x.size
      ? [
          squares(whole, x.size - whole)
            .reshape([1, -1])
            .sum(1),
        ]
      : []),
  ];
}
