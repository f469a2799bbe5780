/**
 * The name of the file in the package that holds the bundle of an entry.
 *
 * @param {string} entry such as "apps/job/page.ts"
 */
export const moduleFile = (entry) => `${entry.replace(/\.ts$/, "").replaceAll("/", "_")}.mjs`;
