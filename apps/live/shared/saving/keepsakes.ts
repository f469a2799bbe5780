/** What a page keeps of a training beside what the trainer keeps: curves, findings, pictures. They ride along in a checkpoint. */
import type { gan } from "saddlepoint";
import type { History } from "../history.ts";

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

/** The curves of a history. */
export function keptHistory(name: string, { kept: { steps, columns, stride, seen } }: History): Keepsakes {
  const column = ([key, values]: readonly [string, readonly number[]]): [string, KeptArray] => [
    `${name}/columns/${key}`,
    { shape: [values.length], values: Float32Array.from(values) },
  ];
  return {
    texts: { [name]: { stride, seen } },
    arrays: new Map([
      [`${name}/steps`, { shape: [steps.length], values: Uint32Array.from(steps) }],
      ...[...columns].map(column),
    ]),
  };
}

/** Goes on with the curves that were kept; there is no harm in those that can't be understood. */
export function restoreHistory(name: string, history: History, { texts, arrays }: Keepsakes): void {
  const { stride, seen }: Readonly<Record<string, unknown>> = Object(texts[name]);
  const steps = arrays.get(`${name}/steps`)?.values;
  if (!steps || !isCount(stride) || !isCount(seen)) return;
  const prefix = `${name}/columns/`;
  const columns = [...arrays].flatMap(([path, { values }]): [string, number[]][] =>
    path.startsWith(prefix) && values.length === steps.length ? [[path.slice(prefix.length), [...values]]] : [],
  );
  history.restore({ steps: [...steps], columns: new Map(columns), stride, seen });
}

export const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) > 0;
