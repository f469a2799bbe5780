/**
 * What the compiler takes things to cost, and where it stops: all numbers by which it chooses. First those that are the same on
 * all devices, then a table of those that are not.
 */
import { type Node, nodeSize } from "../graph/node.ts";
import type { DeviceTraits } from "./device_traits.ts";

// ── What is stored ───────────────────────────────────────────────────────────────────────────────────────────────────

/** Cost of a load, in units of one addition: memory is slow, and what is computed again needs no dispatch of its own. */
export const loadCost = 4;
/** Cost of a load that many elements share, such as a bias or a channel's mean: it comes from a cache. */
export const sharedLoadCost = 1;
export const manySharers = 16;
/** Cost of a dispatch, in the same units: tens of microseconds. */
export const dispatchCost = 65536;
/** A register tile of the matrix product is this high and wide: it loads an element once a tile. */
export const productTile = 8;
/**
 * The most statements that a part of a kernel has for an element, in additions. Compilers take longer than in proportion to
 * that, some for ever: what is larger is cut where a value is stored. The largest of the library's own networks have some 830.
 */
export const mostStatements = 1024;
/** Values of fewer elements stay f32 where larger ones lie as f16: they cost nothing to keep whole. */
export const fewestHalves = 1024;
/** Values of fewer elements share an arena of their own, which a kernel binds once where it binds much else. */
export const isSmall = (node: Node): boolean => nodeSize(node) < fewestHalves;

// ── What is computed together ────────────────────────────────────────────────────────────────────────────────────────

/** Reductions of one kernel: their totals of four, in 64 shares, leave other kernels workgroup memory. */
export const mostReductions = 12;
/** Loops along lines in one kernel: each loads again what it needs. */
export const mostLoops = 4;
/** How many clusters back a node looks for one to join, so that a graph of very many takes no longer for each. */
export const lookBack = 1024;
/** Of how many clusters that are ready those are chosen that go next, for the same reason. */
export const lookAhead = 1024;
/** The longest source that kernels of several clusters may have; the library's own have half of that. */
export const mostCharacters = 2 ** 17;

// ── Reductions and concatenations ────────────────────────────────────────────────────────────────────────────────────

/** One workgroup should not sum more than this many elements while the others stand idle. */
export const longReduction = 16384;
export const fewOutputs = 64;
/** Up to so many elements are combined in the expression that uses them, without a loop. */
export const shortReduction = 4;
/** Reductions up to this length run one invocation an output; beyond, a workgroup shares the work, but for so many outputs. */
export const serialReduction = 512;
export const manyOutputs = 4096;
/** So many elements, or fours, an invocation sums before it adds to its total. */
export const sumBlock = 64;
/** A concatenation of more parts than this is assembled in memory: a kernel that picks one for each element would bind all. */
export const mostPartsInside = 5;

// ── Matrix products and convolutions ─────────────────────────────────────────────────────────────────────────────────

/** Up to this inner size a matrix product is an expression of its elements: tiles take four at a time. */
export const shortProduct = 3;
/** Up to so many rows or columns a product is as many sums, where one pass along lines gives all of them. */
export const thinProduct = 3;
/** Few channels, of images or filters, fill a fraction of a tile's columns; enough on the other side make up for the detour. */
export const fewChannels = 4;
export const enoughChannels = 8;
/** A filter gradient is split until it has enough tiles for the device, each of which sums at least this many pixels. */
export const fewestPixels = 256;
/** A plan is replayed about this often: what its compilation may cost. */
export const replays = 1000;

// ── Workgroups ───────────────────────────────────────────────────────────────────────────────────────────────────────

/** Lanes of a workgroup. */
export const usualWorkgroup = 64;
/** Lanes of one where there is little to do: in reductions of fewer outputs, and in products of fewer lanes. */
export const smallWorkgroup = 16;
export const fewReductions = 1024;
/** Up to so many invocations along lines, each a long one, have workgroups of four; up to so many, small ones. */
export const fewLines = 64;
export const manyLines = 1024;
export const fewLanes = 2048;
/** Of so many elements, or fours, each invocation of an elementwise kernel takes several: starting one costs as much as they do. */
export const manyElements = 16384;
export const elementsOfMany = 4;
/** The same on a device of few cores. */
export const manyElementsOfFew = 256;
/** Multiply-adds that take a product as long as an element takes the loop of a reduction, measured on a CPU. */
export const multiplyAddsOfStep = 32;

// ── By the class of device ───────────────────────────────────────────────────────────────────────────────────────────

/** Speed of a form of the tiled product where tiles are full and many, and the time to compile it. */
export interface FormRating {
  /** Who shares what is loaded; see `GemmForm`. */
  readonly sharing: "none" | "quad" | "team";
  readonly rows: number;
  readonly columns: number;
  /** Multiply-adds per nanosecond. */
  readonly speed: number;
  readonly compileMilliseconds: number;
}

interface DeviceCosts {
  readonly forms: readonly FormRating[];
  /** Invocations that fill the device. */
  readonly fullMachine: number;
  /** How many tiles of which side a filter gradient should have. */
  readonly splits: { readonly tile: number; readonly tiles: number };
  /** In how many shares a workgroup sums; 1 where each sum is one invocation's, since barriers cost more than they save. */
  readonly shares: number;
  /** So many lines, and more, have a kernel that goes along each of them in several loops. */
  readonly fewestLines: number;
  /** Whether products that share a dispatch take the smallest workgroup that suits one of them, or the largest. */
  readonly smallWorkgroups: boolean;
}

/** A CPU that plays the GPU, with few cores, which small workgroups keep equally busy. */
const software = {
  fullMachine: 32,
  splits: { tile: 32, tiles: 16 },
  // One barrier makes every workgroup of a dispatch slow, also of kernels beside it.
  shares: 1,
  fewestLines: 32,
  smallWorkgroups: true,
};

const rated = (
  sharing: FormRating["sharing"],
  rows: number,
  columns: number,
  speed: number,
  compileMilliseconds: number,
): FormRating => ({ sharing, rows, columns, speed, compileMilliseconds });

/** A CPU whose quads read each other's registers, one whose don't, and a GPU. */
const deviceCosts: Readonly<Record<"software" | "plainSoftware" | "hardware", DeviceCosts>> = {
  /**
   * Forms were measured on SwiftShader with two threads, on an AMD EPYC and an Intel Xeon, which disagree: a step of quad 32x16 is
   * more code than an Intel core's first cache holds, and has 0.7 of the speed of 16x8 there; on the EPYC it is the other way
   * round. Each speed is the geometric mean of both; what is nearly equal goes to what compiles faster. Tuning finds the rest.
   */
  software: {
    ...software,
    forms: [
      rated("quad", 16, 8, 3.9, 164),
      rated("quad", 32, 16, 3.8, 400),
      rated("quad", 16, 16, 3.5, 272),
      rated("quad", 32, 8, 3.3, 236),
      rated("quad", 16, 4, 3.1, 112),
      rated("quad", 32, 4, 2.9, 146),
      rated("none", 16, 16, 2.2, 400),
      rated("none", 16, 8, 2.2, 260),
      rated("none", 8, 8, 2.1, 160),
      rated("none", 8, 4, 1.7, 110),
      rated("none", 4, 4, 1.1, 80),
    ],
  },
  /**
   * Forms were measured on lavapipe with two threads, whose compiler takes seconds for large tiles, and gains nothing by them. This is
   * for all software without subgroups, SwiftShader in Deno too.
   */
  plainSoftware: {
    ...software,
    forms: [
      rated("none", 8, 8, 4.2, 600),
      rated("none", 8, 4, 3.7, 310),
      rated("none", 4, 8, 3.6, 310),
      rated("none", 4, 4, 1.8, 220),
      rated("none", 16, 8, 4.3, 1460),
    ],
  },
  /** Forms are guesses for a GPU, whose tuner corrects them: large tiles for many rows, small ones to fill the machine. */
  hardware: {
    fullMachine: 16384,
    splits: { tile: 64, tiles: 256 },
    // As many as a workgroup's lanes where it has a kernel of its own.
    shares: usualWorkgroup,
    // Lanes that go along lines of their own load far apart, and few lines leave most of the machine idle.
    fewestLines: Number.POSITIVE_INFINITY,
    smallWorkgroups: false,
    forms: [
      rated("team", 8, 8, 4000, 30),
      rated("team", 4, 4, 2500, 20),
      rated("none", 8, 8, 1500, 20),
      rated("none", 8, 4, 1200, 20),
      rated("none", 4, 4, 1000, 20),
    ],
  },
};

/** All that any device can have. */
export const allForms: readonly FormRating[] = Object.values(deviceCosts).flatMap(({ forms }) => forms);

/** The table of a device's class. */
export function costsOn({ isSoftware, hasSubgroups }: DeviceTraits): DeviceCosts {
  if (!isSoftware) return deviceCosts.hardware;
  return hasSubgroups ? deviceCosts.software : deviceCosts.plainSoftware;
}
