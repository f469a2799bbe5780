/** The form of a live page: what the user sets, in both directions. */
import type { SetupFields } from "./address.ts";
import { element } from "./element.ts";
import { movable, type SharedSetup, withPenalty } from "./setup.ts";

/** A slider moves over the logarithm, in twentieths of a decade. */
const sliderStep = 0.05;

type Key<Setup> = keyof Setup & string;

/** What the form of a page is made of: a list for each choice, a slider for what moves, and fields for `numbers`. */
export interface FormParts<Setup> extends Omit<SetupFields<Setup>, "defaults"> {
  /** Whole numbers, by the ids of their fields. */
  readonly numbers: readonly Key<Setup>[];
  /** How the choices of a list read, where not as they are. */
  readonly titles: { readonly [Key in keyof Setup]?: (choice: string) => string };
  /** The setup after a choice that brings others with it; undefined for other lists. */
  readonly choose?: (setup: Setup, id: Key<Setup>, value: string | number) => Setup | undefined;
  /** Shows and hides what follows from a setup. */
  readonly shown?: (setup: Setup) => void;
}

export class Controls<Setup extends SharedSetup & { readonly [Key in keyof Setup]: string | number }> {
  readonly #parts: FormParts<Setup>;
  #setup: Setup;

  /** @param changed called with the new setup after every change by the user */
  constructor(setup: Setup, parts: FormParts<Setup>, changed: (setup: Setup) => void) {
    this.#parts = parts;
    this.#setup = setup;
    const set = (next: Setup) => {
      this.setup = next;
      changed(next);
    };
    for (const id of this.#lists) this.#startList(id, set);
    for (const id of parts.numbers) this.#startNumber(id, set);
    for (const id of movable) this.#startSlider(id, set);
    element<HTMLFormElement>("panel").onsubmit = (event) => event.preventDefault();
    this.setup = setup;
  }

  get setup(): Setup {
    return this.#setup;
  }

  /** Shows another setup. */
  set setup(setup: Setup) {
    this.#setup = setup;
    for (const id of this.#lists) showChoice(element(id), String(setup[id]));
    for (const id of this.#parts.numbers) element<HTMLInputElement>(id).value = String(setup[id]);
    for (const id of movable) {
      const slider = element<HTMLInputElement>(id);
      const shown = String(Number(setup[id].toPrecision(2)));
      slider.value = String(Math.log10(setup[id]));
      slider.setAttribute("aria-valuetext", shown);
      element<HTMLOutputElement>(`out-${id}`).textContent = shown;
    }
    element("box-penaltyWeight").hidden = setup.penalty === "none";
    this.#parts.shown?.(setup);
  }

  get #lists(): readonly Key<Setup>[] {
    return Object.keys(this.#parts.choices) as Key<Setup>[];
  }

  #startList(id: Key<Setup>, set: (setup: Setup) => void): void {
    const { choices, titles, choose } = this.#parts;
    const list = element<HTMLSelectElement>(id);
    const texts = (choices[id] ?? []).map(String);
    list.append(...texts.map((text) => new Option(titles[id]?.(text) ?? text, text)));
    list.onchange = () => {
      const value = typeof this.#setup[id] === "number" ? Number(list.value) : list.value;
      const chosen = choose?.(this.#setup, id, value);
      if (chosen) set(chosen);
      else if (id === "penalty") set(withPenalty(this.#setup, value as SharedSetup["penalty"]));
      else set({ ...this.#setup, [id]: value });
    };
  }

  #startNumber(id: Key<Setup>, set: (setup: Setup) => void): void {
    const field = element<HTMLInputElement>(id);
    Object.assign(field, { ...this.#ends(id), step: 1 });
    field.onchange = () => {
      if (field.value !== "" && field.checkValidity()) set({ ...this.#setup, [id]: field.valueAsNumber });
      else field.value = String(this.#setup[id]);
    };
  }

  #startSlider(id: (typeof movable)[number], set: (setup: Setup) => void): void {
    const slider = element<HTMLInputElement>(id);
    const { min, max } = this.#ends(id);
    Object.assign(slider, { min: Math.log10(min), max: Math.log10(max), step: sliderStep });
    slider.oninput = () => set({ ...this.#setup, [id]: Number((10 ** slider.valueAsNumber).toPrecision(3)) });
  }

  #ends(id: Key<Setup>): { readonly min: number; readonly max: number } {
    const range = this.#parts.ranges[id];
    if (!range) throw new Error(`The number ${id} has no range.`);
    return { min: range.low, max: range.high };
  }
}

/** An address may ask for a number that the list does not offer. */
function showChoice(list: HTMLSelectElement, value: string): void {
  if (![...list.options].some((option) => option.value === value)) list.append(new Option(value));
  list.value = value;
}
