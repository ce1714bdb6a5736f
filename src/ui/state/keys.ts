/** What a key event is, for the list of commands. */

export const plain = (event: KeyboardEvent): boolean => !event.ctrlKey && !event.metaKey && !event.altKey;

/** A key by itself; Shift makes no difference. */
export const key = (wanted: string) => (event: KeyboardEvent) =>
  plain(event) && event.key.toLowerCase() === wanted;

export const control = (wanted: string, shift: boolean) => (event: KeyboardEvent) =>
  (event.ctrlKey || event.metaKey) && event.shiftKey === shift && event.key.toLowerCase() === wanted;
