/** Bytes as text, RFC 4648, in pieces: a call takes no more arguments than fit on the stack. */

const PIECE = 2 ** 14;

export function toBase64(bytes: Uint8Array): string {
  let letters = '';
  for (let from = 0; from < bytes.length; from += PIECE) {
    letters += String.fromCharCode(...bytes.subarray(from, from + PIECE));
  }
  return btoa(letters);
}

/** Undefined for what is no base64. */
export function fromBase64(text: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    const letters = atob(text);
    return Uint8Array.from(letters, (letter) => letter.charCodeAt(0));
  } catch {
    return undefined;
  }
}
