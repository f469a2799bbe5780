/** The button that turns light to dark and back, over the reader's preference. */
import { element } from "./element.ts";

/** @param changed called after a change of theme, however it came about */
export function startThemeButton(changed: () => void = () => undefined): void {
  const button = element<HTMLButtonElement>("theme");
  const root = document.documentElement;
  const preference = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => (root.dataset["theme"] ? root.dataset["theme"] === "dark" : preference.matches);
  const show = () => {
    button.textContent = isDark() ? "Light theme" : "Dark theme";
    changed();
  };
  button.hidden = false;
  button.onclick = () => {
    root.dataset["theme"] = isDark() ? "light" : "dark";
    show();
  };
  preference.addEventListener("change", show);
  show();
}
