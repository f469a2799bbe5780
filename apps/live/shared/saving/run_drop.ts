/** A saved run that is dropped on a page. */

const ending = /\.safetensors$/i;

/** @param open gets the file; other files are left to whoever takes them */
export function startRunDrop(open: (file: File) => void): void {
  const hasFiles = ({ dataTransfer }: DragEvent) => dataTransfer?.types.includes("Files") === true;
  // A file must not replace the page.
  addEventListener("dragover", (event) => {
    if (hasFiles(event)) event.preventDefault();
  });
  const take = (event: DragEvent) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    const [file, ...others] = event.dataTransfer?.files ?? [];
    if (!file || others.length > 0 || !ending.test(file.name)) return;
    event.stopImmediatePropagation();
    open(file);
  };
  // Before those that take images.
  addEventListener("drop", take, { capture: true });
}
