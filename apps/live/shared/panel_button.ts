/** The button that leads to the settings where they lie below everything else. */
import { element } from "./element.ts";

export function startPanelButton(): void {
  const panel = element("panel");
  element("to-panel").onclick = () => {
    // The address can't lead there: what stands behind its "#" are the settings themselves.
    panel.scrollIntoView({ behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" });
    panel.querySelector<HTMLElement>("input, select")?.focus({ preventScroll: true });
  };
}
