/** Where files come in: dropped anywhere on the page, or chosen with buttons. */
import { element } from "../shared/live/element.ts";
import { type FoundFile, filesOfDrop, filesOfFolder, filesOfInput } from "./found_files.ts";

/** @param take gets the files of each drop or choice; they may still be read */
export function startDropZone(take: (files: Promise<FoundFile[]>) => void): void {
  const zone = element("drop");
  const hasFiles = ({ dataTransfer }: DragEvent) => dataTransfer?.types.includes("Files") === true;
  // A file that misses the zone must not replace the page.
  addEventListener("dragover", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    zone.classList.add("drop-active");
  });
  addEventListener("dragleave", (event) => {
    if (event.relatedTarget === null) zone.classList.remove("drop-active");
  });
  addEventListener("drop", (event) => {
    zone.classList.remove("drop-active");
    if (!event.dataTransfer || !hasFiles(event)) return;
    event.preventDefault();
    take(filesOfDrop(event.dataTransfer));
  });
  startInput("choose-files", "files", take);
  if (!("showDirectoryPicker" in window)) return startInput("choose-folder", "folder", take);
  element<HTMLButtonElement>("choose-folder").onclick = async () => {
    const folder = await askForFolder();
    if (folder) take(filesOfFolder(folder));
  };
}

function startInput(buttonId: string, inputId: string, take: (files: Promise<FoundFile[]>) => void): void {
  const input = element<HTMLInputElement>(inputId);
  element<HTMLButtonElement>(buttonId).onclick = () => input.click();
  input.onchange = () => {
    const files = filesOfInput(input);
    // The same files can be chosen again.
    input.value = "";
    take(files);
  };
}

/** Undefined if the user thought better of it. */
async function askForFolder(): Promise<FileSystemDirectoryHandle | undefined> {
  try {
    return await (window as unknown as { showDirectoryPicker(): Promise<FileSystemDirectoryHandle> }).showDirectoryPicker();
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") return undefined;
    throw error;
  }
}
