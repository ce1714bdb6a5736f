/** When a file that appears in a watched folder is whole. */

export interface SeenFile {
  /** Folder and name. */
  readonly path: string;
  readonly bytes: number;
  /** Milliseconds since 1970. */
  readonly modified: number;
}

/** Watches files grow: one is whole when two looks in a row find the same size and date, and it is not empty. */
export interface Landings {
  /** @returns those that are whole now; they are forgotten, and others that were not seen, too. */
  look(files: readonly SeenFile[]): readonly string[];
  /** How many have been seen and still grow. */
  readonly waiting: number;
}

export function createLandings(): Landings {
  let before = new Map<string, SeenFile>();
  return {
    look: (files) => {
      const still = new Map<string, SeenFile>();
      const whole: string[] = [];
      for (const file of files) {
        const last = before.get(file.path);
        const isSame = last?.bytes === file.bytes && last.modified === file.modified;
        if (isSame && file.bytes > 0) whole.push(file.path);
        else still.set(file.path, file);
      }
      before = still;
      return whole;
    },
    get waiting() {
      return before.size;
    },
  };
}
