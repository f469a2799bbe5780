import { statSync } from "node:fs";

/**
 * What lies at a path; what can't be looked at is nothing.
 *
 * @param {string} path
 * @returns {"file" | "folder" | "nothing"}
 */
export function kindOf(path) {
  try {
    const found = statSync(path);
    if (found.isDirectory()) return "folder";
    return found.isFile() ? "file" : "nothing";
  } catch {
    return "nothing";
  }
}
