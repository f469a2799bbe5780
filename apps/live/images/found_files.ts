/** Files that the user dropped or chose, with those inside folders. */
import { type FileRole, fileRole } from "./file_roles.ts";

export interface FoundFile {
  /** With the folders that it lies in. */
  readonly name: string;
  readonly role: FileRole;
  readonly bytes: Blob;
}

type NamedBlob = Pick<FoundFile, "name" | "bytes">;

/** What was dropped. The browser forgets it after the event, so this must be called in it. */
export function filesOfDrop(transfer: DataTransfer): Promise<FoundFile[]> {
  const items = Array.from(transfer.items).filter(({ kind }) => kind === "file");
  const entries = items.map((item) => item.webkitGetAsEntry() ?? item.getAsFile());
  const found = entries.map((entry) => {
    if (entry instanceof File) return [{ name: entry.name, bytes: entry }];
    return entry ? filesOfEntry(entry) : [];
  });
  return Promise.all(found).then((lists) => withRoles(lists.flat()));
}

/** What was chosen in a form. */
export function filesOfInput(input: HTMLInputElement): Promise<FoundFile[]> {
  const files = Array.from(input.files ?? []);
  return withRoles(files.map((file) => ({ name: file.webkitRelativePath || file.name, bytes: file })));
}

/** A folder that the user opened, where the browser can ask for one. */
export async function filesOfFolder(folder: FileSystemDirectoryHandle): Promise<FoundFile[]> {
  return withRoles(await filesOfHandle(folder, `${folder.name}/`));
}

async function filesOfHandle(folder: FileSystemDirectoryHandle, path: string): Promise<NamedBlob[]> {
  const files: NamedBlob[] = [];
  for await (const [name, handle] of folder.entries()) {
    if (handle.kind === "directory") {
      files.push(...(await filesOfHandle(handle as FileSystemDirectoryHandle, `${path}${name}/`)));
    } else files.push({ name: path + name, bytes: await (handle as FileSystemFileHandle).getFile() });
  }
  return files;
}

async function filesOfEntry(entry: FileSystemEntry): Promise<NamedBlob[]> {
  const name = entry.fullPath.replace(/^\//, "");
  if (entry.isFile) {
    const bytes = await new Promise<File>((resolve, reject) => {
      (entry as FileSystemFileEntry).file(resolve, reject);
    });
    return [{ name, bytes }];
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const files: NamedBlob[] = [];
  // A reader gives some entries at a time, and none at the end.
  for (let part = await readSome(reader); part.length > 0; part = await readSome(reader)) {
    files.push(...(await Promise.all(part.map(filesOfEntry))).flat());
  }
  return files;
}

const readSome = (reader: FileSystemDirectoryReader) =>
  new Promise<FileSystemEntry[]>((resolve, reject) => {
    reader.readEntries(resolve, reject);
  });

/** Hidden files are the system's, such as .DS_Store. */
const isHidden = ({ name }: NamedBlob) => name.split("/").some((part) => part.startsWith("."));

async function withRoles(files: readonly NamedBlob[]): Promise<FoundFile[]> {
  return Promise.all(
    files
      .filter((file) => !isHidden(file))
      .map(async (file) => ({ ...file, role: fileRole(file.name, await headOf(file.bytes)) })),
  );
}

const headBytes = 8;

/** The first bytes; those of the content if it is a gzip file that begins well. */
async function headOf(bytes: Blob): Promise<Uint8Array> {
  const head = new Uint8Array(await bytes.slice(0, headBytes).arrayBuffer());
  if (head[0] !== 0x1f || head[1] !== 0x8b) return head;
  const reader = bytes.stream().pipeThrough(new DecompressionStream("gzip")).getReader();
  try {
    return (await reader.read()).value?.subarray(0, headBytes) ?? head;
  } catch {
    return head;
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}
