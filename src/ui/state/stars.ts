import { sha256Hex } from '../../core/hash.ts';
import { mostStarLetters } from '../../dataset/session.ts';
import type { SessionStore } from '../../platform/browser/sessions.ts';

/** The texts of STAR files that picks came from: in the browser's database, so that they outlive a reload. */
export interface Stars {
  /** @returns what it is kept under, or undefined where it is too large to keep. */
  keep(text: string): Promise<string | undefined>;
  /** Undefined when it is gone. */
  load(hash: string): Promise<string | undefined>;
}

export function createStars(store: Promise<SessionStore>): Stars {
  /** Where the browser refuses storage they last until the page is closed. */
  const held = new Map<string, string>();
  return {
    keep: async (text) => {
      if (text.length > mostStarLetters) return undefined;
      const hash = await sha256Hex(new TextEncoder().encode(text));
      try {
        await (await store).keepStar({ hash, text });
      } catch {
        held.set(hash, text);
      }
      return hash;
    },
    load: async (hash) => {
      const known = held.get(hash);
      if (known !== undefined) return known;
      try {
        return await (await store).loadStar(hash);
      } catch {
        return undefined;
      }
    },
  };
}
