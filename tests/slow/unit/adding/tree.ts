/** A copy of the repository, in which files are changed and checked. */
import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const repository = fileURLToPath(new URL("../../../..", import.meta.url));
const notCopied = new Set([".git", "node_modules", "dist", "out", "coverage"]);

export interface Tree {
  /** The text of a file; undefined where there is none. */
  read(path: string): Promise<string | undefined>;
  /** Writes a file, or removes it. */
  write(path: string, text: string | undefined): Promise<void>;
  /** Runs a program in the copy. Gives what it printed if it fails, and otherwise nothing. */
  run(program: string, ...options: string[]): Promise<string>;
  remove(): Promise<void>;
}

export async function copyTree(): Promise<Tree> {
  const folder = await mkdtemp(join(tmpdir(), "saddlepoint-adding-"));
  for (const name of await readdir(repository)) {
    if (!notCopied.has(name)) await cp(join(repository, name), join(folder, name), { recursive: true });
  }
  await symlink(join(repository, "node_modules"), join(folder, "node_modules"), "dir");
  return {
    read: (path) => readFile(join(folder, path), "utf8").catch(() => undefined),
    write: async (path, text) => {
      if (text === undefined) return rm(join(folder, path), { force: true });
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), text);
    },
    run: (program, ...options) => run(folder, [program, ...options]),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

function run(cwd: string, command: readonly string[]): Promise<string> {
  // Vitest's workers have settings of this run in the environment that are not meant for one inside it. With CI, it writes no
  // file that a test finds missing.
  const kept = Object.entries(process.env).filter(([name]) => !/^(?:VITEST|npm_)/.test(name));
  const env = { ...Object.fromEntries(kept), CI: "true" };
  return new Promise((done) => {
    execFile(process.execPath, command, { cwd, env, maxBuffer: 2 ** 26 }, (error, stdout, stderr) =>
      done(error ? `${stdout}${stderr}` || String(error) : ""),
    );
  });
}
