/** Values of line charts under the pointer, a finger, or a cursor that the arrow keys move. */

/** A line chart's axes, as its SVG carries them: from tenths of pixels back to values. */
export interface PlotAxes {
  readonly label: string;
  /** Where the plot begins, how long it is, the values at its ends, and how they are spaced. */
  readonly x: Axis;
  readonly y: Axis;
}

interface Axis {
  readonly start: number;
  readonly length: number;
  readonly low: number;
  readonly high: number;
  readonly kind: "linear" | "log" | "symlog";
  /** Of a symlog axis: up to which size it is linear. */
  readonly within?: number;
  /** The distance from one value to the next, where it is the same all along. */
  readonly every?: number;
}

/**
 * Gives every figure with a line chart a read-out, those that are drawn later, too. It stands alone, without anything from
 * outside, so that a report can hold it as text.
 */
export function startReadouts(): void {
  interface Reading {
    readonly x: number;
    readonly lines: readonly {
      readonly name: string;
      readonly paint: string;
      readonly y: number;
      readonly at: number;
    }[];
  }
  /** Where each figure's cursor stands, as a share of the plot's width. */
  const cursors = new WeakMap<HTMLElement, number>();
  const clamp = (value: number, low: number, high: number) => Math.max(low, Math.min(high, value));

  const figureOf = (target: EventTarget | null): HTMLElement | undefined =>
    (target instanceof Element && target.closest<HTMLElement>("figure")) || undefined;
  const chartOf = (figure: HTMLElement) => figure.querySelector<SVGSVGElement>("svg.chart[data-plot]");
  const axesOf = (chart: SVGSVGElement) => JSON.parse(chart.dataset["plot"] as string) as PlotAxes;

  /** The value at a share of an axis. */
  const valueAt = ({ low, high, kind, within = 1, every }: Axis, share: number): number => {
    const bent = (value: number) => Math.sign(value) * Math.log10(1 + Math.abs(value) / within);
    if (kind === "log") return 10 ** (Math.log10(low) + share * (Math.log10(high) - Math.log10(low)));
    if (kind === "symlog") {
      const room = (bent(high) - bent(low)) * 0.04;
      const at = bent(low) - room + share * (bent(high) - bent(low) + 2 * room);
      return Math.sign(at) * within * (10 ** Math.abs(at) - 1);
    }
    const value = low + share * (high - low);
    return every ? low + Math.round((value - low) / every) * every : value;
  };

  const shown = (value: number, digits: number): string => {
    const size = Math.abs(value);
    const notation = value !== 0 && (size < 1e-4 || size >= 1e7) ? "scientific" : "standard";
    // Adding 0 turns a negative zero into a plain one.
    const text = (Number(value.toPrecision(digits)) + 0).toLocaleString("en", {
      notation,
      maximumSignificantDigits: digits,
    });
    return text
      .replace("-", "−")
      .replace(/E−?(\d+)/, (_, exponent) => ` × 10${size < 1 ? "⁻" : ""}${raised(exponent)}`);
  };
  const raised = (digits: string) => [...digits].map((digit) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(digit)]).join("");

  /** The points of a path that begins each run with M and goes on in relative steps. */
  const pointsOf = (d: string): { x: number; y: number }[] => {
    const points: { x: number; y: number }[] = [];
    for (const [, run = ""] of d.matchAll(/M([^M]*)/g)) {
      const numbers = (run.replace(/h0/, "").match(/-?(?:\d+\.?\d*|\.\d+)/g) ?? []).map(Number);
      let [x, y] = [0, 0];
      for (let i = 0; i + 1 < numbers.length; i += 2) {
        x += numbers[i] as number;
        y += numbers[i + 1] as number;
        points.push({ x, y });
      }
    }
    return points;
  };
  const nearest = (points: readonly { x: number; y: number }[], x: number) =>
    points.reduce<{ x: number; y: number } | undefined>(
      (best, point) => (best && Math.abs(best.x - x) <= Math.abs(point.x - x) ? best : point),
      undefined,
    );

  const readAt = (chart: SVGSVGElement, axes: PlotAxes, share: number): Reading | undefined => {
    const paths = [...chart.querySelectorAll<SVGPathElement>("path[data-series]")].map((path) => ({
      name: path.dataset["series"] as string,
      paint: path.getAttribute("stroke") ?? "",
      points: pointsOf(path.getAttribute("d") ?? ""),
    }));
    const wanted = share * axes.x.length;
    const x = nearest(
      paths.flatMap(({ points }) => nearest(points, wanted) ?? []),
      wanted,
    )?.x;
    if (x === undefined) return undefined;
    const lines = paths.flatMap(({ name, paint, points }) => {
      const point = nearest(points, x);
      // A line that has no value here, or ends before, says nothing.
      return point && Math.abs(point.x - x) <= 2
        ? [{ name, paint, at: point.y, y: valueAt(axes.y, 1 - point.y / axes.y.length) }]
        : [];
    });
    return { x, lines };
  };

  const boxOf = (figure: HTMLElement): HTMLElement => {
    const known = figure.querySelector<HTMLElement>(":scope > .readout");
    if (known) return known;
    const box = document.createElement("div");
    box.className = "readout";
    box.setAttribute("aria-live", "polite");
    figure.append(box);
    return box;
  };

  const hide = (figure: HTMLElement) => {
    cursors.delete(figure);
    figure.querySelector(":scope > .readout")?.remove();
  };

  /** Draws the read-out of a figure where its cursor stands. */
  const show = (figure: HTMLElement) => {
    const chart = chartOf(figure);
    const share = cursors.get(figure);
    const axes = chart && axesOf(chart);
    const reading = chart && axes && share !== undefined ? readAt(chart, axes, share) : undefined;
    if (!chart || !axes || !reading) return hide(figure);
    const [frame, outer] = [chart.getBoundingClientRect(), figure.getBoundingClientRect()];
    const scale = frame.width / chart.viewBox.baseVal.width;
    const across = frame.left - outer.left - figure.clientLeft + (axes.x.start + reading.x) * scale;
    const top = frame.top - outer.top - figure.clientTop + axes.y.start * scale;
    const make = (tag: string, className: string, text = "", style = "") => {
      const made = document.createElement(tag);
      Object.assign(made, { className, textContent: text });
      made.style.cssText = style;
      return made;
    };
    const x = valueAt(axes.x, reading.x / axes.x.length);
    const texts = make("div", "readout-texts");
    texts.append(make("strong", "", `${axes.label} ${shown(x, axes.label === "step" ? 9 : 3)}`));
    for (const { name, paint, y } of reading.lines) {
      const line = make("span", "", `${name} ${shown(y, 3)}`.trim());
      line.prepend(make("i", "", "", `background:${paint}`));
      texts.append(line);
    }
    const rule = make("div", "readout-rule", "", `left:${across}px;top:${top}px;height:${axes.y.length * scale}px`);
    const dots = reading.lines.map(({ paint, at }) =>
      make("div", "readout-dot", "", `left:${across}px;top:${top + at * scale}px;background:${paint}`),
    );
    const box = boxOf(figure);
    box.replaceChildren(rule, ...dots, texts);
    // On the side with more room, and never beyond the figure.
    const isRight = across > figure.clientWidth / 2;
    const left = isRight ? across - texts.offsetWidth - 10 : across + 10;
    texts.style.left = `${clamp(left, 0, Math.max(0, figure.clientWidth - texts.offsetWidth))}px`;
    texts.style.top = `${top}px`;
  };

  const pointAt = (event: PointerEvent) => {
    const figure = figureOf(event.target);
    const chart = figure && chartOf(figure);
    if (!figure || !chart) return;
    const frame = chart.getBoundingClientRect();
    const { x } = axesOf(chart);
    const share = ((event.clientX - frame.left) * chart.viewBox.baseVal.width) / frame.width - x.start;
    cursors.set(figure, clamp(share / x.length, 0, 1));
    show(figure);
  };

  const moves: Readonly<Record<string, (share: number, length: number) => number>> = {
    ArrowLeft: (share, length) => share - 2 / length,
    ArrowRight: (share, length) => share + 2 / length,
    PageUp: (share) => share - 0.1,
    PageDown: (share) => share + 0.1,
    Home: () => 0,
    End: () => 1,
  };
  const byKey = (event: KeyboardEvent) => {
    const figure = figureOf(event.target);
    const chart = figure && chartOf(figure);
    // Keys of a button or a scrolled part inside are its own.
    if (!figure || !chart || event.target !== figure) return;
    if (event.key === "Escape") return hide(figure);
    const move = moves[event.key];
    if (!move || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    cursors.set(figure, clamp(move(cursors.get(figure) ?? 1, axesOf(chart).x.length), 0, 1));
    show(figure);
  };

  /** Figures with a line chart can be reached by keyboard; one that is drawn anew keeps its read-out. */
  const prepare = () => {
    for (const figure of document.querySelectorAll<HTMLElement>("figure")) {
      const chart = chartOf(figure);
      if (!chart) continue;
      if (!figure.hasAttribute("tabindex")) {
        figure.tabIndex = 0;
        figure.classList.add("readable");
        figure.setAttribute(
          "aria-label",
          `${chart.querySelector("title")?.textContent}: read values with the arrow keys`,
        );
      }
      if (cursors.has(figure) && !chart.dataset["read"]) show(figure);
      chart.dataset["read"] = "yes";
    }
  };
  document.addEventListener("pointermove", pointAt);
  document.addEventListener("pointerdown", pointAt);
  document.addEventListener("pointerout", (event) => {
    const figure = figureOf(event.target);
    // A finger leaves as it lifts; what it read stays until the next touch elsewhere.
    if (figure && event.pointerType === "mouse" && !figure.contains(event.relatedTarget as Node | null)) hide(figure);
  });
  document.addEventListener("focusout", (event) => {
    const figure = figureOf(event.target);
    if (figure && event.target === figure) hide(figure);
  });
  document.addEventListener("keydown", byKey);
  new MutationObserver(prepare).observe(document.body, { childList: true, subtree: true });
  prepare();
}
