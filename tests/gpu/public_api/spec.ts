/**
 * What a public function takes, said once for each of them: a kind for every argument and an example that works. From that
 * a test tries everything else in its place.
 */

/** What users pass by mistake. */
export const strangers = {
  undefined: () => undefined,
  null: () => null,
  NaN: () => Number.NaN,
  "a negative number": () => -1,
  "a fraction": () => 1.5,
  "a text": () => "nonsense",
  "a flag": () => true,
  "a bigint": () => 1n,
  "an empty array": () => [],
  "an array of texts": () => ["nonsense"],
  "an empty object": () => ({}),
  "an object with an unknown key": () => ({ nonsense: 1 }),
  "a function": () => () => undefined,
  "a promise": () => Promise.resolve(1),
} as const;

export type Stranger = keyof typeof strangers;

/** The strangers that are no strangers to a kind of argument: they may be taken, or refused with a sentence. */
const kinds = {
  tensor: [],
  operand: ["NaN", "a negative number", "a fraction"],
  number: ["a negative number", "a fraction"],
  positive: ["a fraction"],
  share: [],
  count: [],
  index: ["a negative number"],
  axes: ["a negative number", "an empty array"],
  shape: ["an empty array"],
  numbers: ["an empty array"],
  counts: [],
  list: ["an empty array"],
  items: ["an empty array", "an array of texts"],
  flag: ["a flag"],
  text: ["a text"],
  name: [],
  initializer: ["a function"],
  tree: ["an empty array", "an empty object", "a promise"],
  map: ["an empty object", "an object with an unknown key"],
  pair: [],
  padding: ["a negative number"],
  callback: ["a function"],
  options: ["an empty object"],
  /** An object of options, or a function. */
  filter: ["an empty object", "a function"],
  time: ["a negative number", "a fraction", "a function"],
  engine: [],
  object: [],
  bytes: [],
  /** Values of the user's own that the library hands on, or whose kind is open. */
  anything: Object.keys(strangers) as Stranger[],
} as const satisfies Record<string, readonly Stranger[]>;

export type Kind = keyof typeof kinds;

export interface Argument {
  readonly kind: Kind;
  readonly isOptional: boolean;
  readonly example: unknown;
  /** The options of an object, where it is one. */
  readonly fields?: Readonly<Record<string, Argument>>;
}

/** An argument: its kind, with a "?" behind it if it can be left out, and an example. */
export function argument(kind: Kind | `${Kind}?`, example: unknown): Argument {
  const isOptional = kind.endsWith("?");
  return { kind: (isOptional ? kind.slice(0, -1) : kind) as Kind, isOptional, example };
}

/** An object of options, of which each is an argument. */
export function options(fields: Readonly<Record<string, Argument>>): Argument {
  const isOptional = Object.values(fields).every((field) => field.isOptional);
  const example = Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, field.example]));
  return { kind: "options", isOptional, example, fields };
}

/** An object of values, which may hold others besides, such as a batch of samples. */
export function record(fields: Readonly<Record<string, Argument>>): Argument {
  return { ...options(fields), kind: "object" };
}

export interface Call {
  readonly name: string;
  readonly call: (...given: readonly never[]) => unknown;
  readonly arguments: readonly Argument[];
  /** False where even the example must not be run, such as the end of an engine. */
  readonly runs?: boolean;
}

/** One way to get a call wrong. */
export interface Mistake {
  readonly name: string;
  readonly given: readonly unknown[];
}

/** Every stranger in the place of every argument and of every option, and a key that doesn't exist in every object. */
export function mistakesOf({ arguments: expected }: Call): Mistake[] {
  const examples = expected.map(({ example }) => example);
  return expected.flatMap((argument, i) => {
    const withArgument = (value: unknown) => examples.with(i, value);
    const wrong = strangersTo(argument).map((stranger) => ({
      name: `argument ${i}: ${stranger}`,
      given: withArgument(strangers[stranger]()),
    }));
    if (!argument.fields) return wrong;
    const options = argument.example as object;
    const wrongFields = Object.entries(argument.fields).flatMap(([name, field]) =>
      strangersTo(field).map((stranger) => ({
        name: `${name}: ${stranger}`,
        given: withArgument({ ...options, [name]: strangers[stranger]() }),
      })),
    );
    if (argument.kind !== "options") return [...wrong, ...wrongFields];
    return [...wrong, ...wrongFields, { name: "an unknown option", given: withArgument({ ...options, nonsense: 1 }) }];
  });
}

function strangersTo({ kind, isOptional }: Argument): Stranger[] {
  const fine: readonly Stranger[] = [...kinds[kind], ...(isOptional ? (["undefined"] as const) : [])];
  return (Object.keys(strangers) as Stranger[]).filter((stranger) => !fine.includes(stranger));
}
