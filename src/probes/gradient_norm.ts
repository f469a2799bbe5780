import type { ProbeColumns } from "./probe.ts";

/**
 * The Euclidean norm of a player's gradient by all of its parameters, of every element: a column for each player. It is not finite
 * where an element is not, and beyond 1.8e19.
 */
export const gradientNorm: ProbeColumns = { name: "gradientNorm", columns: {} };
