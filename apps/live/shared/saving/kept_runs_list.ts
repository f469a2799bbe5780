/** The list of the runs that a page keeps, each to go on with or to remove. */
import type { FileStore } from "saddlepoint/checkpoints";
import { element } from "../element.ts";
import { keptRuns, removeRun } from "./kept_runs.ts";
import type { OpenedRun } from "./run_file.ts";
import { savedIn, settingsIn } from "./words.ts";

interface Listed<Setup> {
  readonly store: FileStore;
  /** The name of the run that is on the page. */
  readonly current: string | undefined;
  /** The latest whole checkpoint of a run, if it has one. */
  read(name: string): Promise<OpenedRun<Setup> | undefined>;
  address(run: OpenedRun<Setup>): string;
  open(run: OpenedRun<Setup>): void;
}

export async function showKeptRuns<Setup>({ store, current, read, address, open }: Listed<Setup>): Promise<void> {
  const list = element<HTMLUListElement>("kept-runs-list");
  list.replaceChildren(lineOf("Reading ..."));
  const items: HTMLLIElement[] = [];
  for (const { name } of await keptRuns(store)) {
    // One that can't be read here may be of another version; it stays, and can be removed.
    const run = await read(name).catch(() => undefined);
    const item = lineOf(
      run ? capitalised(`${savedIn(run)}, ${settingsIn(address(run))}`) : `${name} can't be read here`,
    );
    const remove = button("Remove", async () => {
      await removeRun(store, name);
      item.remove();
    });
    if (name === current) item.append(" (this one)");
    else item.append(buttons(...(run ? [button("Continue", () => open(run))] : []), remove));
    items.push(item);
  }
  list.replaceChildren(...(items.length > 0 ? items : [lineOf("None yet.")]));
}

const capitalised = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

function lineOf(text: string): HTMLLIElement {
  const item = document.createElement("li");
  item.append(Object.assign(document.createElement("span"), { textContent: text }));
  return item;
}

function button(text: string, act: () => void): HTMLButtonElement {
  const made = document.createElement("button");
  Object.assign(made, { type: "button", className: "button button-quiet", textContent: text, onclick: act });
  return made;
}

function buttons(...all: readonly HTMLButtonElement[]): HTMLSpanElement {
  const made = document.createElement("span");
  made.className = "buttons";
  made.append(...all);
  return made;
}
