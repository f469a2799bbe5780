/** The package as npm would publish it, installed in a project of its own. */
import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
const repository = fileURLToPath(new URL("../../..", import.meta.url));

/** What `npm pack` needs: the build writes to dist, and a test must not touch the repository's own. */
const packed = [
  "package.json",
  "README.md",
  "CHANGELOG.md",
  "CONTRIBUTING.md",
  "LICENSE",
  "src",
  "shaders",
  "tools",
  "bench/RESULTS.md",
  "bench/RESULTS-deno.md",
  "apps",
  "docs",
  "examples",
  "tsconfig.json",
  "tsconfig.build.json",
];

/** Modules of a user's project. */
export const consumers = ["consumer.ts", "entries.ts", "own_parts.ts", "ring_page.ts"] as const;

export interface InstalledPackage {
  /** A folder with a package.json of a user's project, its modules (`consumers`), and the package in its node_modules. */
  readonly project: string;
  /** Paths in the package, sorted. */
  readonly files: readonly string[];
  remove(): Promise<void>;
}

/** Builds, packs and installs, without the network. */
export async function installPackage(): Promise<InstalledPackage> {
  const folder = await mkdtemp(join(tmpdir(), "saddlepoint-package-"));
  const [copy, project] = [join(folder, "copy"), join(folder, "project")];
  await mkdir(copy);
  await mkdir(project);
  for (const path of packed) {
    await cp(join(repository, path), join(copy, path), { recursive: true }).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "ENOENT") throw error;
    });
  }
  await symlink(join(repository, "node_modules"), join(copy, "node_modules"), "dir");
  await npm(copy, "pack", "--pack-destination", folder);
  const { name, version } = JSON.parse(await readFile(join(copy, "package.json"), "utf8"));
  const tarball = join(folder, `${name}-${version}.tgz`);
  const { stdout } = await run("tar", ["-tzf", tarball]);
  const files = stdout.trim().split("\n");

  await writeFile(join(project, "package.json"), JSON.stringify({ name: "user", private: true, type: "module" }));
  await npm(project, "install", "--offline", "--no-audit", "--no-fund", tarball);
  for (const name of consumers) await cp(fileURLToPath(new URL(name, import.meta.url)), join(project, name));
  return {
    project,
    files: files.map((path) => path.replace(/^package\//, "")).sort(),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/** Makes a package that this repository, or another folder, has installed importable in the project as well. */
export async function link(project: string, name: string, from = join(repository, "node_modules")): Promise<void> {
  const target = join(project, "node_modules", name);
  await mkdir(dirname(target), { recursive: true });
  await symlink(join(from, name), target, "dir").catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EEXIST") throw error;
  });
}

async function npm(folder: string, ...options: string[]): Promise<void> {
  const shell = process.platform === "win32";
  // Settings that an outer npm passes down in the environment, such as its prefix, are not meant for this one.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name)));
  try {
    await run("npm", options, { cwd: folder, env, shell });
  } catch (error) {
    const said = error as { stdout?: string; stderr?: string };
    throw new Error(`npm ${options[0]} failed:\n${said.stdout ?? ""}${said.stderr ?? String(error)}`);
  }
}
