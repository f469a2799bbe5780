/** Methods of a form that many have, from a table of what they do. */
export function define<Receiver extends object, Does>(
  prototype: Receiver,
  table: Readonly<Record<string, Does>>,
  method: (receiver: Receiver, does: Does, name: string, first: never, second: never, third: never) => Receiver,
): void {
  for (const [name, does] of Object.entries(table)) {
    const value = function (this: Receiver, first: never, second: never, third: never) {
      return method(this, does, name, first, second, third);
    };
    Object.defineProperty(prototype, name, { value, writable: true, configurable: true });
  }
}
