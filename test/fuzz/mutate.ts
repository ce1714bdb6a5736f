import type { Random } from '../../src/core/random.ts';

/** Numbers that break readers, as bytes to write over a header's. */
const NASTY = [
  0, 1, 2, 0x7f, 0x80, 0xff, 0x7fffffff, 0x80000000, 0xffffffff, 0xfffffffe, 1024, 1025, 65535, 65536,
];

/** One to four random injuries: bits, bytes, nasty 32-bit numbers, cuts, doubled and swapped pieces. */
export function mutate(bytes: Uint8Array<ArrayBuffer>, random: Random): Uint8Array<ArrayBuffer> {
  let injured = bytes.slice();
  for (let n = 1 + random.integer(4); n > 0 && injured.length > 0; n--) injured = injure(injured, random);
  return injured;
}

function injure(bytes: Uint8Array<ArrayBuffer>, random: Random): Uint8Array<ArrayBuffer> {
  // Headers are where it hurts.
  const reach = random.uniform() < 0.7 ? Math.min(bytes.length, 256) : bytes.length;
  const at = random.integer(reach);
  const length = 1 + random.integer(Math.min(64, bytes.length - at));
  switch (random.integer(6)) {
    case 0:
      bytes[at] = (bytes[at] ?? 0) ^ (1 << random.integer(8));
      return bytes;
    case 1:
      bytes[at] = random.integer(256);
      return bytes;
    case 2: {
      const word = Uint32Array.of(NASTY[random.integer(NASTY.length)] ?? 0);
      const encoded = new Uint8Array(word.buffer);
      if (random.uniform() < 0.3) encoded.reverse();
      bytes.set(encoded.subarray(0, bytes.length - at), at - (at % 4));
      return bytes;
    }
    case 3:
      return bytes.slice(0, at);
    case 4:
      return Uint8Array.from([...bytes.subarray(0, at), ...bytes.subarray(at + length)]);
    default:
      return Uint8Array.from([...bytes.subarray(0, at + length), ...bytes.subarray(at)]);
  }
}
