/** Values as text that can leave a page: JSON, with typed arrays, and with the numbers that JSON has not. */

const arrayTypes = { Float32Array, Uint8Array, Uint16Array, Uint32Array, Int32Array } as const;

type ArrayType = keyof typeof arrayTypes;

/** @returns what `fromText` makes the value of again, but for what is undefined in an object, which is left out. */
export function toText(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) => {
    if (typeof part === "number" && !Number.isFinite(part)) return { $number: String(part) };
    if (!ArrayBuffer.isView(part)) return part;
    const bytes = new Uint8Array(part.buffer, part.byteOffset, part.byteLength);
    return { $array: part.constructor.name, bytes: toBase64(bytes) };
  });
}

export function fromText(text: string): unknown {
  return JSON.parse(text, (_, part: unknown) => {
    if (part === null || typeof part !== "object") return part;
    if ("$number" in part) return Number(part.$number);
    if (!("$array" in part && "bytes" in part)) return part;
    return new arrayTypes[part.$array as ArrayType](fromBase64(String(part.bytes)).buffer);
  });
}

function toBase64(bytes: Uint8Array): string {
  let binary = "";
  // In parts, since a call takes only so many arguments.
  for (let start = 0; start < bytes.length; start += 0x8000) {
    binary += String.fromCharCode(...bytes.subarray(start, start + 0x8000));
  }
  return btoa(binary);
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
