/** Short texts that outlive the page: choices, never work. */
export type TextStorage = globalThis.Pick<Storage, 'getItem' | 'setItem'>;

/** The browser's. Where it refuses them, which may be at every touch, choices last until the page is closed. */
export const localTexts: TextStorage = {
  getItem: (key) => {
    try {
      return localStorage.getItem(key);
    } catch {
      return null;
    }
  },
  setItem: (key, value) => {
    try {
      localStorage.setItem(key, value);
    } catch {
      // Refused, or full.
    }
  },
};
