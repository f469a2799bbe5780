/** What people give by mistake, by the first bytes. */
const kinds: readonly { readonly starts: string; readonly is: string }[] = [
  { starts: "3c", is: "a web page: the address answered with an error or a redirect" },
  { starts: "504b", is: "a ZIP archive: unpack it first" },
  { starts: "1f8b", is: "a gzip archive: unpack it first" },
  { starts: "89504e47", is: "a PNG image" },
  { starts: "ffd8ff", is: "a JPEG image" },
  { starts: "52494646", is: "a WebP image, or another RIFF file" },
  { starts: "934e554d5059", is: "a NumPy file" },
  { starts: "76657273696f6e", is: "a Git LFS pointer: fetch the file itself" },
];

/** What the bytes look like, if it is something known. */
export function fileKind(bytes: Uint8Array): string | undefined {
  const start = hex(bytes.subarray(0, 8));
  return kinds.find(({ starts }) => start.startsWith(starts))?.is;
}

export function hex(bytes: ArrayLike<number>): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
