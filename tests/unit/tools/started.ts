/** `npm start` as a process: what it says, how it ends, and what is left of its browser. */
import { type ChildProcess, spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const repository = fileURLToPath(new URL("../../..", import.meta.url));

export interface Started {
  readonly process: ChildProcess;
  /** All that it said so far. */
  readonly said: () => string;
  /** Resolves when it has said this. */
  says(pattern: RegExp): Promise<void>;
  /** The exit code, or the signal that ended it. */
  readonly ended: Promise<number | string>;
}

/** Runs a module of the repository, or the text of one. */
export function start(words: readonly string[], { cwd = repository } = {}): Started {
  const child = spawn(process.execPath, words, { cwd, stdio: ["ignore", "pipe", "pipe"] });
  let text = "";
  const listeners = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (part: string) => {
      text += part;
      for (const listener of listeners) listener();
    });
  }
  const ended = new Promise<number | string>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => resolve(code ?? signal ?? "nothing"));
  });
  const says = (pattern: RegExp) =>
    new Promise<void>((resolve, reject) => {
      const look = () => {
        if (!pattern.test(text)) return;
        listeners.delete(look);
        resolve();
      };
      listeners.add(look);
      look();
      ended.then(() => reject(new Error(`It ended without saying ${pattern}:\n${text}`)));
    });
  return { process: child, said: () => text, says, ended };
}

/** A process as it is and stays, whatever number another one gets. */
interface Known {
  readonly pid: number;
  readonly startedAt: string;
  readonly parent: number;
}

/** Where there is /proc; undefined for a process that is none, or a dead one that nobody asked after. */
function knownProcess(pid: number): Known | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    const [state, parent, ...rest] = text.slice(text.lastIndexOf(")") + 2).split(" ");
    return state === "Z" ? undefined : { pid, parent: Number(parent), startedAt: rest[17] as string };
  } catch {
    return undefined;
  }
}

/** All processes that this one started, and those that they started. */
export function descendants(pid: number): Known[] {
  const all = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => knownProcess(Number(name)) ?? []);
  const found: Known[] = [];
  for (let parents = [pid]; parents.length > 0; ) {
    const children = all.filter(({ parent }) => parents.includes(parent));
    found.push(...children);
    parents = children.map((child) => child.pid);
  }
  return found;
}

/** The words that a process was started with; none for a process that is gone. */
export function commandOf({ pid }: Pick<Known, "pid">): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
  } catch {
    return "";
  }
}

/** The first process of the browser, which started its others; esbuild is a child of the same program. */
export function browserAmong(processes: readonly Known[]): Known {
  const found = processes.find(
    (known) => /--remote-debugging-pipe/.test(commandOf(known)) && !/--type=/.test(commandOf(known)),
  );
  if (!found) throw new Error("There is no browser among the processes.");
  return found;
}

/** Those of them that still run after at most so many milliseconds. */
export async function stillRunning(processes: readonly Known[], milliseconds: number): Promise<Known[]> {
  const left = () =>
    processes.filter(({ pid, startedAt }) => {
      const now = knownProcess(pid);
      return now !== undefined && now.startedAt === startedAt;
    });
  for (const from = performance.now(); left().length > 0 && performance.now() - from < milliseconds; ) {
    await new Promise((done) => setTimeout(done, 100));
  }
  return left();
}
