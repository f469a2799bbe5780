/** Where files come in: dropped anywhere on the page, or chosen with buttons. */
import { element } from "../shared/element.ts";
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
  if ("showDirectoryPicker" in window) button("choose-folder").onclick = () => take(filesOfPickedFolder());
  else startInput("choose-folder", "folder", take);
}

const button = (id: string) => element<HTMLButtonElement>(id);

function startInput(buttonId: string, inputId: string, take: (files: Promise<FoundFile[]>) => void): void {
  const input = element<HTMLInputElement>(inputId);
  button(buttonId).onclick = () => input.click();
  input.onchange = () => {
    const files = filesOfInput(input);
    // The same files can be chosen again.
    input.value = "";
    take(files);
  };
}

/** Rejects with an AbortError if the user thinks better of it. */
async function filesOfPickedFolder(): Promise<FoundFile[]> {
  const { showDirectoryPicker } = window as unknown as {
    showDirectoryPicker: () => Promise<FileSystemDirectoryHandle>;
  };
  return filesOfFolder(await showDirectoryPicker());
}
