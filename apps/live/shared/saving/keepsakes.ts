/** What a page keeps of a training beside what the trainer keeps: curves, findings, pictures. They ride along in a checkpoint. */
import { type gan, OptionError, type probes } from "saddlepoint";

/** Numbers of some shape. */
export interface KeptArray {
  readonly shape: readonly number[];
  readonly values: Float32Array | Uint32Array;
}

export interface Keepsakes {
  /** Anything that JSON can hold, by name. */
  readonly texts: Readonly<Record<string, unknown>>;
  readonly arrays: ReadonlyMap<string, KeptArray>;
}

export const joined = (...all: readonly Keepsakes[]): Keepsakes => ({
  texts: Object.assign({}, ...all.map(({ texts }) => texts)),
  arrays: new Map(all.flatMap(({ arrays }) => [...arrays])),
});

/** Under these paths a checkpoint has them, beside the states of the trainer, whose paths begin otherwise. */
const folder = "page/";

export const statesOf = ({ arrays }: Keepsakes): gan.SavedState[] =>
  [...arrays].flatMap(([name, { shape, values }]) =>
    values.length === 0
      ? []
      : [
          {
            path: folder + name,
            dtype: values instanceof Uint32Array ? ("u32" as const) : ("f32" as const),
            shape,
            bytes: values.slice().buffer,
          },
        ],
  );

export const arraysOf = (states: readonly gan.SavedState[]): ReadonlyMap<string, KeptArray> =>
  new Map(
    states
      .filter(({ path }) => path.startsWith(folder))
      .map(({ path, dtype, shape, bytes }) => [
        path.slice(folder.length),
        { shape, values: dtype === "u32" ? new Uint32Array(bytes) : new Float32Array(bytes) },
      ]),
  );

const arrayTypes = {
  from: Float64Array,
  to: Float64Array,
  count: Uint32Array,
  nonFinite: Uint32Array,
  mean: Float64Array,
  minimum: Float32Array,
  maximum: Float32Array,
  last: Float32Array,
} as const;

type Statistic = keyof typeof arrayTypes;
const statistics = Object.keys(arrayTypes) as readonly Statistic[];

/** The curves of a history. Numbers of 64 bits are kept as two of 32. */
export function keptHistory(name: string, history: probes.TelemetryHistory): Keepsakes {
  const { next, columns } = history.save();
  const kept = (values: Float32Array | Float64Array | Uint32Array): KeptArray =>
    values instanceof Float64Array
      ? { shape: [values.length, 2], values: new Uint32Array(values.buffer) }
      : { shape: [values.length], values };
  const arrays = columns.flatMap((column, i) =>
    statistics.map((statistic) => [`${name}/${i}/${statistic}`, kept(column[statistic])] as const),
  );
  const described = columns.map((column) => ({ name: column.name, size: column.size, stride: column.stride }));
  return { texts: { [name]: { next, columns: described } }, arrays: new Map(arrays) };
}

/** Goes on with the curves that were kept; there is no harm in those that can't be understood. */
export function restoreHistory(name: string, history: probes.TelemetryHistory, { texts, arrays }: Keepsakes): void {
  const { next, columns }: Readonly<Record<string, unknown>> = Object(texts[name]);
  if (!Array.isArray(columns)) return;
  const arrayOf = (path: string, Type: (typeof arrayTypes)[Statistic]) => {
    const { buffer } = arrays.get(path)?.values.slice() ?? new Uint32Array();
    return buffer.byteLength % Type.BYTES_PER_ELEMENT === 0 ? new Type(buffer) : undefined;
  };
  const restored = columns.map((column, i) => ({
    ...Object(column),
    ...Object.fromEntries(
      statistics.map((statistic) => [statistic, arrayOf(`${name}/${i}/${statistic}`, arrayTypes[statistic])]),
    ),
  }));
  try {
    history.restore({ next, columns: restored } as probes.SavedHistory);
  } catch (error) {
    if (!(error instanceof OptionError)) throw error;
  }
}
