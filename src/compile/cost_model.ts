/** What the compiler takes things to cost on a class of devices, and where it stops. */
export interface CostModel {
  /** Cost of a load, in units of one addition: memory is slow, and what is computed again needs no dispatch of its own. */
  readonly load: number;
  /** Cost of a load that many elements share, at least so many, such as a bias or a channel's mean: it comes from a cache. */
  readonly sharedLoad: number;
  readonly sharers: number;
  /** Cost of a dispatch, in the same units: tens of microseconds. */
  readonly dispatch: number;
  /** A register tile of the matrix product is this high and wide: it loads an element once a tile. */
  readonly productTile: number;
  /**
   * The most that a part of a kernel computes for an element, in additions. Compilers take longer than in proportion to that,
   * some for ever: what is larger is cut where a value is stored. The largest of the library's own networks have some 830.
   */
  readonly mostStatements: number;
  /** Reductions of one kernel: their totals of four, in 64 shares, leave other kernels workgroup memory. */
  readonly mostReductions: number;
  /** How many clusters back a node looks for one to join, so that a graph of very many takes no longer for each. */
  readonly lookBack: number;
  /** Of how many clusters that are ready those are chosen that go next, for the same reason. */
  readonly lookAhead: number;
}

/** What is the same for all. */
export const costs: CostModel = {
  load: 4,
  sharedLoad: 1,
  sharers: 16,
  dispatch: 65536,
  productTile: 8,
  mostStatements: 1024,
  mostReductions: 12,
  lookBack: 1024,
  lookAhead: 1024,
};
