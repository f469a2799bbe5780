import { assertKeys, assertKind, describe, type Kind } from "../errors/checks.ts";
import { OptionError } from "../errors/errors.ts";
import { hostRandom, shuffledOrder } from "./host_random.ts";
import { type DataSource, type SampleBatch, sourceKind } from "./source.ts";

export interface HoldOutOptions {
  /** Share of the samples, above 0 and below 1. By default a twentieth of them, but at least 256, and at most a fifth. */
  readonly share?: number;
}

/** Samples that are held out: what they are compared by takes no more. */
const most = 1024;

const part: Kind = {
  says: "a number above 0 and below 1",
  is: (value) => typeof value === "number" && value > 0 && value < 1,
};

/**
 * A finite data set of which a part is held out: the training never draws it, and where the costlier probes run, the
 * discriminator is asked about 32 samples of it. What it says of them, beside what it says of those that it was trained on, is how its
 * overfitting is found (Karras et al. 2020, section 3). Which samples those are depends on their number and the share alone; there are at
 * most 1,024.
 *
 *   const source = data.holdOut(data.points({ values, labels }), { share: 0.1 });
 *
 * @throws OptionError for a source of endless samples, which needs none held out, for one of fewer than two samples, for a share that is
 * none, and for an option that doesn't exist.
 */
export function holdOut<Batch extends SampleBatch>(
  source: DataSource<Batch>,
  options: HoldOutOptions = {},
): DataSource<Batch> {
  assertKind("holdOut", "the data", source, sourceKind);
  assertKeys<HoldOutOptions>("holdOut", options, { share: part });
  const { name, count, withHeldOut } = source;
  if (count === undefined) {
    throw new OptionError(
      `holdOut: "${name}" draws ever new samples, so that a discriminator can't learn them by heart; leave it as it is.`,
    );
  }
  if (!withHeldOut) {
    throw new OptionError(
      `holdOut: "${name}" can't be parted; hold a part out of data.points or data.images first, and change it then.`,
    );
  }
  if (count < 2) throw new OptionError(`holdOut: "${name}" has ${describe(count)} sample; a part needs at least two.`);
  const { share } = options;
  const wanted = share === undefined ? Math.min(Math.max(256, count / 20), count / 5) : share * count;
  const held = Math.min(Math.max(1, Math.floor(wanted)), count - 1, most);
  const order = shuffledOrder(hostRandom(0, count), count);
  return withHeldOut({ rest: order.slice(held).sort(), held: order.slice(0, held).sort() });
}

/** Some rows of a table [rows, width], one after the other. */
export function rowsOf<Table extends Float32Array | Uint8Array | Uint16Array>(
  table: Table,
  width: number,
  rows: Uint32Array,
): Table {
  const picked = table.slice(0, rows.length * width) as Table;
  rows.forEach((row, i) => {
    picked.set(table.subarray(row * width, (row + 1) * width), i * width);
  });
  return picked;
}
