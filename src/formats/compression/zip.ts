/** The directory of a ZIP archive in memory. Nothing is ever written under an entry's name: names only look entries up. */
import { inflateSync } from 'fflate';
import { crc32 } from './crc32.ts';

export interface Zip {
  readonly names: readonly string[];
  /** Bytes of an entry once unpacked, as the directory says; undefined where there is none. */
  size(name: string): number | undefined;
  /** @throws what `ZipUse.bad` makes when it can't be unpacked, or its bytes are not those that were written. */
  read(name: string): Uint8Array;
}

interface Entry {
  readonly method: number;
  readonly checksum: number;
  readonly packed: number;
  readonly size: number;
  readonly header: number;
}

const END = 0x06054b50;
const END64_LOCATOR = 0x07064b50;
const END64 = 0x06064b50;
const ENTRY = 0x02014b50;
const LOCAL = 0x04034b50;
const END_BYTES = 22;
const MAX_COMMENT = 65535;
const MAX_ENTRIES = 2 ** 17;
const STORED = 0;
/** PyTorch leaves the checksum out where it is told to be quick (torch.serialization.set_crc32_options). */
const NO_CHECKSUM = 0;
const DEFLATED = 8;
/** Deflate makes at most 258 bytes of 2 bits (zlib's Technical Details): a larger claim is a lie. */
const MAX_DEFLATE = 1032;
/** What any archive may unpack to. */
const FREE_GROWTH = 2 ** 26;

/** What the archive is of. */
export interface ZipUse {
  /** The error to throw, with what is wrong in words: "its archive is encrypted". */
  bad(explanation: string): Error;
  /** Of such files: one that unpacks to more than this many times its bytes, plus 64 MiB, is a bomb. */
  readonly growth: number;
}

/**
 * Reads the directory at the archive's end (APPNOTE.TXT 4.3, with its 64-bit form).
 * @throws what `bad` makes.
 */
export function openZip(bytes: Uint8Array, { bad, growth }: ZipUse): Zip {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const entries = readDirectory(bytes, view, bad);
  let budget = FREE_GROWTH + growth * bytes.length;

  const unpack = (label: string, entry: Entry): Uint8Array => {
    const { header, packed, size, method } = entry;
    if (header + 30 > bytes.length || view.getUint32(header, true) !== LOCAL) {
      throw bad(`its archive has no ${label} where its directory says`);
    }
    const start = header + 30 + view.getUint16(header + 26, true) + view.getUint16(header + 28, true);
    if (packed > bytes.length - start) throw bad(`${label} in its archive is cut off`);
    const body = bytes.subarray(start, start + packed);
    if (method === STORED) {
      if (packed !== size) throw bad(`${label} in its archive has two different sizes`);
      return body;
    }
    if (method !== DEFLATED) throw bad(`${label} in its archive is packed by the unknown method ${method}`);
    budget -= size;
    if (size > packed * MAX_DEFLATE || budget < 0)
      throw bad(`its archive would unpack to far too many bytes`);
    return inflate(body, size) ?? failWith(bad(`${label} in its archive is damaged`));
  };
  const read = (name: string): Uint8Array => {
    const entry = entries.get(name);
    const label = shown(name);
    if (!entry) throw bad(`its archive lacks ${label}`);
    const data = unpack(label, entry);
    if (entry.checksum !== NO_CHECKSUM && crc32(data) !== entry.checksum) {
      throw bad(
        `${label} in its archive is damaged: its bytes don't fit its checksum; copy or save the file again`,
      );
    }
    return data;
  };
  return { names: [...entries.keys()], size: (name) => entries.get(name)?.size, read };
}

type Bad = (explanation: string) => Error;

function readDirectory(bytes: Uint8Array, view: DataView, bad: Bad): Map<string, Entry> {
  const end = findEnd(bytes, view);
  if (end === undefined) throw bad('its archive has no directory: it is cut off');
  let count = view.getUint16(end + 10, true);
  let at = view.getUint32(end + 16, true);
  const locator = end - 20;
  if (locator >= 0 && view.getUint32(locator, true) === END64_LOCATOR) {
    const end64 = Number(view.getBigUint64(locator + 8, true));
    if (end64 > locator - 56 || view.getUint32(end64, true) !== END64) {
      throw bad('its archive has a damaged end');
    }
    count = Number(view.getBigUint64(end64 + 32, true));
    at = Number(view.getBigUint64(end64 + 48, true));
  }
  if (count > MAX_ENTRIES) throw bad(`its archive is said to have ${count} entries`);
  const entries = new Map<string, Entry>();
  for (let i = 0; i < count; i++) {
    if (at > end - 46 || view.getUint32(at, true) !== ENTRY) throw bad('its archive has a damaged directory');
    const nameBytes = view.getUint16(at + 28, true);
    const next = at + 46 + nameBytes + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
    if (next > end) throw bad('its archive has a damaged directory');
    const name = new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + nameBytes));
    if (isOddPath(name)) throw bad(`its archive has an entry with the odd path ${shown(name)}`);
    if (entries.has(name)) throw bad(`its archive has the entry ${shown(name)} twice`);
    if (view.getUint16(at + 8, true) & 1) throw bad('its archive is encrypted');
    entries.set(name, {
      method: view.getUint16(at + 10, true),
      checksum: view.getUint32(at + 16, true),
      packed: view.getUint32(at + 20, true),
      size: view.getUint32(at + 24, true),
      header: view.getUint32(at + 42, true),
    });
    at = next;
  }
  return entries;
}

/** The end record has no fixed place, since a comment may follow it. */
function findEnd(bytes: Uint8Array, view: DataView): number | undefined {
  const last = bytes.length - END_BYTES;
  for (let at = last; at >= Math.max(0, last - MAX_COMMENT); at--) {
    if (view.getUint32(at, true) === END && at + END_BYTES + view.getUint16(at + 20, true) === bytes.length) {
      return at;
    }
  }
  return undefined;
}

/** Such names try to leave a folder when an archive is unpacked; PyTorch writes none. */
function isOddPath(name: string): boolean {
  return /^[/\\]|\\|\0|^[a-zA-Z]:/.test(name) || name.split('/').includes('..');
}

/** Undefined for what is no deflated run of exactly `size` bytes. */
function inflate(body: Uint8Array, size: number): Uint8Array | undefined {
  try {
    // A byte to spare shows whether more would have come.
    const data = inflateSync(body, { out: new Uint8Array(size + 1) });
    return data.length === size ? data : undefined;
  } catch {
    return undefined;
  }
}

function failWith(error: Error): never {
  throw error;
}

/** A name of the archive's in a sentence. */
function shown(name: string): string {
  const printable = name.slice(0, 80).replace(/[^\x20-\x7e]/g, '?');
  return name.length > 80 ? `${printable}…` : printable;
}
