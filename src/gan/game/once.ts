/** What a function returns, which is called when that is asked for first. `known` is undefined until then. */
export function once<Value>(make: () => Value): { (): Value; known(): Value | undefined } {
  let value: Value | undefined;
  return Object.assign(
    () => {
      value ??= make();
      return value;
    },
    { known: () => value },
  );
}
