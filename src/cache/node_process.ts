/** What is used of Node's modules. Reached through `process`, so that a bundle for browsers has nothing to resolve. */
export interface NodeModules {
  "node:fs/promises": {
    mkdir(path: string, options: { recursive: true }): Promise<unknown>;
    open(path: string, flags: string): Promise<FileHandle>;
    readdir(path: string): Promise<string[]>;
    readFile(path: string): Promise<Uint8Array<ArrayBuffer>>;
    rename(from: string, to: string): Promise<void>;
    rm(path: string, options: { force: boolean }): Promise<void>;
    writeFile(path: string, content: string | Uint8Array, options?: { flag: string }): Promise<void>;
  };
  "node:os": { homedir(): string };
  "node:path": { join(...parts: string[]): string };
}

export interface FileHandle {
  write(bytes: Uint8Array): Promise<{ readonly bytesWritten: number }>;
  sync(): Promise<void>;
  close(): Promise<void>;
}

export interface NodeProcess {
  readonly pid: number;
  readonly env: Readonly<Record<string, string | undefined>>;
  kill(pid: number, signal: 0): boolean;
  getBuiltinModule?<Name extends keyof NodeModules>(name: Name): NodeModules[Name];
}

/** That of Node, Deno or Bun; none in a page. */
export const nodeProcess = (globalThis as { process?: NodeProcess }).process;
