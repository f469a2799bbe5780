/** Values as a program in TypeScript writes them. */

/** What a program takes as it stands, such as a call. */
export class Code {
  constructor(readonly text: string) {}
}

/** Longer lines are broken, one item to a line. */
const width = 100;

/** Numbers, texts, arrays, plain objects, and code, laid out from a column on. Fields that are undefined are left out. */
export function literal(value: unknown, indent = "", used = 0): string {
  if (value instanceof Code) return value.text.replaceAll("\n", `\n${indent}`);
  if (value !== Object(value)) return JSON.stringify(value);
  const [open, close, items] = Array.isArray(value)
    ? (["[", "]", value.map((item) => ["", item] as const)] as const)
    : (["{ ", " }", fieldsOf(value as object)] as const);
  const inOne = items.map(([name, item]) => `${name}${literal(item)}`).join(", ");
  if (!inOne.includes("\n") && indent.length + used + inOne.length < width) {
    return items.length > 0 ? open + inOne + close : open.trim() + close.trim();
  }
  const deeper = `${indent}  `;
  const lines = items.map(([name, item]) => `${deeper}${name}${literal(item, deeper, name.length)},\n`);
  return `${open.trim()}\n${lines.join("")}${indent}${close.trim()}`;
}

/** A field whose value is named as it is needs no colon: `{ generator }`. */
const fieldsOf = (value: object): (readonly [string, unknown])[] =>
  Object.entries(value).flatMap(([name, item]) => {
    if (item === undefined) return [];
    return [item instanceof Code && item.text === name ? ["", item] : [`${name}: `, item]];
  });

/** A call of a function. */
export const call = (name: string, ...given: readonly unknown[]): Code =>
  new Code(`${name}(${given.map((each) => literal(each, "", name.length)).join(", ")})`);
