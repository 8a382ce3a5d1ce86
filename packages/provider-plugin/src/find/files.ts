import { readdirSync, readFileSync, statSync } from "node:fs";

/** What finding a provider sees of the file system. */
export interface FileReader {
  /** Names in a folder, sorted; none where it is none. */
  list(path: string): readonly string[];
  /** A file's text; undefined where there is none, or a longer one. */
  text(path: string, bytesMax: number): string | undefined;
  kind(path: string): "file" | "folder" | undefined;
}

/** The machine's own. */
export function nodeFileReader(): FileReader {
  const kind = (path: string) => {
    const stats = statSync(path, { throwIfNoEntry: false });
    return stats?.isFile() ? "file" : stats?.isDirectory() ? "folder" : undefined;
  };
  return {
    list: (path) => quietly(() => readdirSync(path).sort()) ?? [],
    text: (path, bytesMax) =>
      quietly(() => {
        const stats = statSync(path);
        return stats.isFile() && stats.size <= bytesMax ? readFileSync(path, "utf8") : undefined;
      }),
    kind: (path) => quietly(() => kind(path)),
  };
}

/** What cannot be read is not there. */
function quietly<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
