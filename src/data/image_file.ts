import { DataError } from "../gpu/errors.ts";

/** Where encoded images come from. A `File` is one as it is. */
export type ImageFile =
  | File
  | URL
  /** An address. */
  | string
  | { readonly name: string; readonly bytes: ArrayBuffer | Uint8Array | Blob };

const imageEnding = /\.(png|jpe?g|webp|gif|bmp|avif)$/i;

/** A path, an address, or what the user called it. */
export function fileName(file: ImageFile): string {
  if (typeof file === "string") return file;
  if (file instanceof URL) return file.href;
  // Of a folder that was chosen in a form.
  return (file instanceof Blob && file.webkitRelativePath) || file.name;
}

/** @throws Error with a reason, for an address that doesn't answer or a file that can't be read. */
export async function readBytes(file: ImageFile, signal: AbortSignal): Promise<Uint8Array> {
  if (typeof file === "string" || file instanceof URL) {
    const response = await fetch(file, { signal });
    if (!response.ok) throw new Error(`the server answers ${response.status} ${response.statusText}`.trimEnd());
    return new Uint8Array(await response.arrayBuffer());
  }
  const content = file instanceof Blob ? file : file.bytes;
  if (content instanceof Uint8Array) return content;
  return new Uint8Array(content instanceof Blob ? await content.arrayBuffer() : content);
}

/**
 * The images in a folder that the user opened, and in those inside it, by path; other files are passed over.
 *
 * @throws DataError if there is none.
 */
export async function filesOfFolder(folder: FileSystemDirectoryHandle): Promise<ImageFile[]> {
  const files: { readonly name: string; readonly bytes: Blob }[] = [];
  const visit = async (current: FileSystemDirectoryHandle, path: string): Promise<void> => {
    for await (const [name, entry] of current.entries()) {
      if (entry.kind === "directory") await visit(entry as FileSystemDirectoryHandle, `${path}${name}/`);
      else if (imageEnding.test(name)) {
        files.push({ name: path + name, bytes: await (entry as FileSystemFileHandle).getFile() });
      }
    }
  };
  await visit(folder, "");
  if (files.length === 0) throw new DataError(`The folder "${folder.name}" has no images (PNG, JPEG, WebP).`);
  return files.sort((a, b) => (a.name < b.name ? -1 : 1));
}
