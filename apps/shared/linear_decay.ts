/**
 * What is left of a rate that falls linearly to a share of itself.
 *
 * @param past the share of the fall that is over; below 0 it has not begun
 * @param to the share at its end
 */
export const linearDecay = (past: number, to: number): number => 1 + (to - 1) * Math.max(0, past);
