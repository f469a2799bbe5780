/** What every live page does: keeps the engine, one training and the form together, and trains for as long as the button says so. */
import { DeviceLostError, Engine } from "saddlepoint";
import { startReadouts } from "../../charts/readout.ts";
import { onGpu } from "../../job/on_gpu.ts";
import { spokenAdvice } from "../../shared/remedies.ts";
import { element } from "./element.ts";
import { showFindings } from "./findings.ts";
import type { Flat, LivePage, LiveRun, PageParts } from "./live_parts.ts";
import { showOutdated } from "./outdated.ts";
import { Pace } from "./pace.ts";
import { startPanelButton } from "./panel_button.ts";
import { isAbort, showProblem } from "./problem.ts";
import { goingOnError, type OpenedRun } from "./saving/run_file.ts";
import { startSaveGroup } from "./saving/save_group.ts";
import { Saving } from "./saving/saving.ts";
import { savedIn } from "./saving/words.ts";
import { startThemeButton } from "./theme_button.ts";
import { type Making, moveControls } from "./training.ts";
import { createTurns } from "./turns.ts";

/** Milliseconds from one look at whether the GPU is there to the next. */
const watchInterval = 500;

export function startLivePage<Setup extends Flat<Setup>, Run extends LiveRun>(
  parts: PageParts<Setup, Run>,
): LivePage<Setup, Run> {
  const trainButton = element<HTMLButtonElement>("train");
  const pace = new Pace();
  let engine: Engine | undefined;
  let run: Run | undefined;
  let isTraining = false;
  /** Whether there is a picture of some training. */
  let hasShown = false;
  let chartsDrawnAt = Number.NEGATIVE_INFINITY;
  let announced = 0;
  let warnings: string[] = [];
  /** Whether the GPU is lost, and the training is being brought back. */
  let isAway = false;
  let lossesSeen = 0;
  let stretch = new AbortController();
  /** A run to go on with, in the place of a new one. */
  let wanted: OpenedRun<Setup> | undefined;
  /** Whether the run of this tab is looked for: at first, and after a GPU that was lost for good. */
  let isReturning = true;

  const { setup: first, ignored } = parts.parseHash(location.hash);
  const controls = parts.controls(first, changed);
  let current = first;

  const turns = createTurns({
    outdated() {
      stretch.abort();
      enable(false);
      showOutdated(hasShown);
      if (run) say("A new training of these settings follows ...");
    },
    build,
    failed: fail,
  });

  const saving = new Saving<Setup, Run>(parts.saving, {
    get setup() {
      return current;
    },
    formatHash: parts.formatHash,
    open(opened) {
      setTraining(false);
      wanted = opened;
      turns.rebuild();
    },
  });

  function showAddress(setup: Setup): void {
    history.replaceState(null, "", `#${parts.formatHash(setup)}`);
  }

  function changed(setup: Setup): void {
    showAddress(setup);
    const restart = parts.needsRestart(current, setup);
    current = setup;
    if (restart) turns.afterChange();
    else move();
  }

  function move(): void {
    if (!run) return;
    moveControls(run.trainer, current);
    parts.moved?.(run, pace);
  }

  /** The run that is asked for, or that this tab had before it was left. */
  async function takeWanted(): Promise<OpenedRun<Setup> | undefined> {
    const opened = wanted ?? (isReturning ? await saving.runOfThisTab(current) : undefined);
    wanted = undefined;
    if (!opened) return undefined;
    current = opened.setup;
    show(current);
    showAddress(current);
    return opened;
  }

  /** A new training of the current setup, or one that goes on; it trains if one did before. */
  async function build(signal: AbortSignal): Promise<void> {
    await saving.stop();
    run?.dispose();
    run = undefined;
    const opened = await takeWanted();
    element("problem").hidden = true;
    warnings =
      ignored.length > 0 ? [`The address asks for what there is not, and was ignored: ${ignored.join(", ")}.`] : [];
    engine ??= await createEngine();
    const making: Making = {
      signal,
      // Those of the probes are compiled while it trains.
      progress: (done, total) => {
        if (!run) say(`Compiling: ${done} of ${total} shaders ...`);
      },
      warning: (advice) => warnings.push(spokenAdvice(advice, parts.surface(current))),
      say,
      ...(opened && { opened }),
    };
    const on = engine;
    run = await onGpu(on, () => parts.create(on, current, making)).catch((error: unknown) => {
      throw opened ? goingOnError(error, opened) : error;
    });
    saving.follow(run, opened);
    if (isReturning && !opened) await saving.offerKept(current);
    isReturning = false;
    // A slider may have moved meanwhile.
    move();
    pace.forget();
    announced = 0;
    isAway = false;
    lossesSeen = 0;
    hasShown = true;
    showOutdated(false);
    parts.made?.(run);
    showAll();
    enable(true);
    if (isTraining) {
      say("Training.");
      saving.begin();
      turns.next(trainOn);
    } else say(opened ? `It goes on from ${savedIn(opened)}. Reset begins anew.` : "Ready.");
  }

  async function createEngine(): Promise<Engine> {
    const created = await Engine.create({ onWarning: (message) => console.info(message) });
    element("adapter").textContent = created.adapterName;
    parts.engineMade?.(created);
    return created;
  }

  /** One stretch of training, and the next one for as long as the button says so. */
  async function trainOn(): Promise<void> {
    if (!run || !isTraining) return;
    const { milliseconds, atFirst, most } = parts.stretch;
    const left = parts.goal?.left(run) ?? Number.POSITIVE_INFINITY;
    if (left <= 0) return rest();
    const wanted = pace.stepsIn(milliseconds(run), atFirst);
    const startedAt = performance.now();
    const before = run.trainer.step;
    stretch = new AbortController();
    const { signal } = stretch;
    await run.advance(Math.min(left, most, Math.max(1, wanted)), signal);
    const taken = performance.now() - startedAt;
    pace.take(run.trainer.step - before, taken);
    // Nobody looks at the last frame of a training that a new one follows.
    if (signal.aborted) return;
    if (run.measured.deviceLosses > lossesSeen && !isAway) await bringBack();
    await parts.afterStretch?.(run, taken);
    if (performance.now() - chartsDrawnAt > parts.chartInterval) showAll();
    else showFrame();
    // The page gets its turn before the next stretch: input, layout, paint.
    await new Promise((resolve) => setTimeout(resolve));
    turns.next(trainOn);
  }

  /** The trainer waits for another GPU and goes on as if nothing had happened; what is beside it is made again. */
  function lose(): void {
    isAway = true;
    say("The GPU was lost. The training goes on when there is another one ...");
    turns.inTurn(async () => {
      await bringBack();
      if (isTraining) turns.next(trainOn);
    });
  }

  async function bringBack(): Promise<void> {
    if (!run) return;
    await run.revive();
    isAway = false;
    lossesSeen = run.measured.deviceLosses;
    showAll();
    say(`${isTraining ? "Training" : "Paused"}. The GPU was lost and is back; nothing was lost.`);
  }

  function rest(): void {
    setTraining(false);
    saving.pause();
    showAll();
    say(parts.goal?.reached() ?? "Paused.");
  }

  function setTraining(on: boolean): void {
    isTraining = on;
    trainButton.textContent = on ? "Pause" : "Train";
    for (const button of parts.needPause ?? []) button.disabled = on || !run;
  }

  function enable(on: boolean): void {
    trainButton.disabled = !on && !isTraining;
    for (const button of [...parts.needRun, ...saveButtons]) button.disabled = !on;
    for (const button of parts.needPause ?? []) button.disabled = !on || isTraining;
  }

  function say(text: string): void {
    element("status").textContent = [text, ...warnings].join(" ");
  }

  function showFrame(): void {
    if (run) parts.showFrame(run, pace);
    saving.show();
  }

  function showAll(): void {
    if (!run) return;
    chartsDrawnAt = performance.now();
    showFrame();
    parts.drawCharts(run);
    const { trainer, measured } = run;
    const found = showFindings({ trainer, findings: measured.findings }, parts.surface(current));
    if (found.length > announced && isTraining) say(`Training. New finding: ${found.join(", ")}.`);
    announced = found.length;
  }

  function fail(error: unknown): void {
    if (isAbort(error)) return;
    if (error instanceof DeviceLostError && run && !isAway) {
      lose();
      return;
    }
    setTraining(false);
    enable(false);
    const isLost = showProblem(error, engine?.isLost === true, saving.isKept);
    say("Stopped.");
    if (!isLost) return;
    run?.dispose();
    void saving.stop();
    engine = undefined;
    run = undefined;
    isReturning = true;
  }

  function show(setup: Setup): void {
    controls.setup = setup;
  }

  trainButton.onclick = () => {
    setTraining(!isTraining);
    parts.turned?.(isTraining);
    if (run) say(isTraining ? "Training." : "Paused.");
    if (isTraining) {
      saving.begin();
      turns.next(trainOn);
    } else {
      void turns.inTurn(async () => {
        saving.pause();
        showAll();
      });
    }
  };
  element("reset").onclick = turns.rebuild;
  element("restart").onclick = turns.rebuild;

  addEventListener("hashchange", () => {
    const { setup } = parts.parseHash(location.hash);
    show(setup);
    changed(setup);
  });

  const saveButtons = startSaveGroup<Setup, Run>({
    parts,
    saving,
    get setup() {
      return current;
    },
    get run() {
      return run;
    },
    inTurn: (task) => turns.inTurn(async () => (run ? task(run) : undefined)),
  });

  const watch = setInterval(() => {
    if (engine?.isLost && run && !isAway) lose();
  }, watchInterval);

  // Leaving gives the GPU back at once; a page that comes back from the browser's memory goes on from what was kept.
  addEventListener("pagehide", () => {
    clearInterval(watch);
    turns.abort();
    stretch.abort();
    engine?.destroy();
  });
  addEventListener("pageshow", ({ persisted }) => {
    if (persisted) location.reload();
  });

  startReadouts();
  startPanelButton();
  startThemeButton(parts.themeChanged);
  turns.rebuild();

  return {
    get run() {
      return run;
    },
    get setup() {
      return current;
    },
    get isTraining() {
      return isTraining;
    },
    inTurn: (task) => void turns.inTurn(async () => (run ? task(run) : undefined)),
    use(setup) {
      current = setup;
      show(setup);
      turns.rebuild();
    },
    setTraining,
    keep: () => saving.begin(),
    cutShort: () => stretch.abort(),
    say,
    showAll,
    showFrame,
    fail,
  };
}
