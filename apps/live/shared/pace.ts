/** How fast a training goes: a running mean, so that the numbers beside it can be read. */
const memory = 0.85;

export class Pace {
  /** NaN before the first stretch. */
  stepsPerSecond = Number.NaN;

  get isKnown(): boolean {
    return Number.isFinite(this.stepsPerSecond);
  }

  /** How many steps take so long; `atFirst` where that is not known. */
  stepsIn(milliseconds: number, atFirst: number): number {
    return this.isKnown ? Math.round((this.stepsPerSecond * milliseconds) / 1000) : atFirst;
  }

  take(steps: number, milliseconds: number): void {
    const speed = (1000 * steps) / milliseconds;
    this.stepsPerSecond = this.isKnown ? memory * this.stepsPerSecond + (1 - memory) * speed : speed;
  }

  forget(): void {
    this.stepsPerSecond = Number.NaN;
  }
}
