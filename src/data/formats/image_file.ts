import { DataError } from "../../errors/errors.ts";
import { type Bytes, ownBytes, ownList } from "./bytes.ts";

/** Where encoded images come from. A `File` is one as it is. */
export type ImageFile =
  | File
  | URL
  /** An address. */
  | string
  | Bytes
  | { readonly name: string; readonly bytes: Bytes };

/** A file under a name, with nothing that its owner could still change. */
export interface OwnFile {
  /** A path, an address, or what the user called it. */
  readonly name: string;
  /** An address, or the bytes. */
  readonly content: string | Blob | Uint8Array<ArrayBuffer>;
}

const imageEnding = /\.(png|jpe?g|webp|gif|bmp|avif)$/i;

/**
 * The files as they are now; bytes are copied.
 *
 * @throws DataError for what is no list, and for what is no file, with its place in the list.
 */
export function ownFiles(where: string, files: Iterable<ImageFile>): OwnFile[] {
  const list = ownList(where, files);
  return list.map((file, i) => {
    const place = `file ${i + 1} of ${list.length}`;
    if (typeof file === "string") return { name: file, content: file };
    if (file instanceof URL) return { name: file.href, content: file.href };
    // A Blob has a method of that name.
    const isNamed = !(file instanceof Blob) && typeof file === "object" && file !== null && "bytes" in file;
    const content = ownBytes(`${where}: ${place}`, isNamed ? file.bytes : file);
    // The path is of a folder that was chosen in a form.
    const { name, webkitRelativePath } = file as Partial<File>;
    return { name: webkitRelativePath || name || place, content };
  });
}

/** @throws Error with a reason, for an address that doesn't answer or a file that can't be read. */
export async function readBytes({ content }: OwnFile, signal: AbortSignal): Promise<Uint8Array> {
  if (content instanceof Uint8Array) return content;
  if (content instanceof Blob) return new Uint8Array(await content.arrayBuffer());
  const response = await fetch(content, { signal });
  if (!response.ok) throw new Error(`the server answers ${response.status} ${response.statusText}`.trimEnd());
  return new Uint8Array(await response.arrayBuffer());
}

/**
 * The images in a folder that the user opened, and in those inside it, by path; other files are passed over.
 *
 * @throws DataError if there is none.
 */
export async function filesOfFolder(folder: FileSystemDirectoryHandle): Promise<OwnFile[]> {
  const files: OwnFile[] = [];
  const visit = async (current: FileSystemDirectoryHandle, path: string): Promise<void> => {
    for await (const [name, entry] of current.entries()) {
      if (entry.kind === "directory") await visit(entry as FileSystemDirectoryHandle, `${path}${name}/`);
      else if (imageEnding.test(name)) {
        files.push({ name: path + name, content: await (entry as FileSystemFileHandle).getFile() });
      }
    }
  };
  await visit(folder, "");
  if (files.length === 0) throw new DataError(`The folder "${folder.name}" has no images (PNG, JPEG, WebP).`);
  return files.sort((a, b) => (a.name < b.name ? -1 : 1));
}
