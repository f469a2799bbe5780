/** The button that copies a program. */
import { element } from "../element.ts";

/** @param program that is copied; there is none before the first training */
export function startCopying(program: () => string | undefined): HTMLButtonElement {
  const button = element<HTMLButtonElement>("copy-code");
  const said = element("copied");
  const field = element<HTMLTextAreaElement>("code");
  button.onclick = async () => {
    const text = program();
    if (text === undefined) return;
    field.hidden = true;
    try {
      await navigator.clipboard.writeText(text);
      said.textContent = "Copied. The program runs with the package “saddlepoint”, and trains what this page trains.";
    } catch {
      // Where a browser or its user doesn't allow it, it can be copied by hand.
      field.value = text;
      field.hidden = false;
      field.select();
      said.textContent = "The browser does not let this page copy; here is the program.";
    }
  };
  return button;
}
