/** That of package.json, which files tell that were written by it. */
export const libraryVersion = "0.1.0";
