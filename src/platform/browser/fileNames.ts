/** What file names say: which are micrographs, which are gain references, and which of a folder are worth listing. */

/** Formats of the field; MRC also as it is archived. */
const micrographName = /\.((mrcs?|st|map|ccp4|rec|ali|preali)(\.(gz|bz2))?|tiff?|eer|dm4)$/i;
/** Seldom what a microscope recorded: mostly thumbnails of it. */
const pictureName = /\.(png|jpe?g)$/i;
/** "gain", but not "again" and "against"; SerialEM calls its references CountRef and SuperRef. */
const gainWord = /((?<!a)gain|(count|super)ref).*\.(mrcs?(\.(gz|bz2))?|tiff?|dm4)$/i;

/** For the `accept` of file dialogs. */
export const openableSuffixes = [
  ...['.mrc', '.mrcs', '.st', '.map', '.ccp4', '.rec', '.ali', '.preali', '.gz', '.bz2'],
  ...['.tif', '.tiff', '.eer', '.dm4', '.gain', '.png', '.jpg', '.jpeg'],
] as const;

export const gainSuffixes = ['.mrc', '.mrcs', '.tif', '.tiff', '.gain', '.dm4', '.gz', '.bz2'] as const;

export const modelSuffixes = ['.safetensors', '.onnx', '.sav', '.pt', '.pth'] as const;

/** Whether the name says that the file is a network. */
export function isModel(name: string): boolean {
  return modelSuffixes.some((suffix) => name.toLowerCase().endsWith(suffix));
}

/** Whether the name says outright that the file is a gain reference. */
export function saysGain(name: string): boolean {
  return gainWord.test(name) || /\.gain$/i.test(name);
}

/** Whether a file dropped on a movie is to be taken for its gain reference: DM4 files mostly are. */
export function looksLikeGain(name: string): boolean {
  return saysGain(name) || /\.dm4$/i.test(name);
}

/** Gathers the files of a folder that may be opened. */
export class FolderListing<T extends { readonly name: string }> {
  private readonly micrographs: T[] = [];
  private readonly others: T[] = [];
  /** Files beyond the limit, and folders that were not looked into. */
  private filesBeyond = 0;
  private foldersBeyond = 0;

  constructor(private readonly limit: number) {}

  get isFull(): boolean {
    return this.micrographs.length >= this.limit;
  }

  add(file: T): void {
    const isGain = saysGain(file.name);
    if (micrographName.test(file.name) && !isGain) {
      if (this.isFull) this.filesBeyond++;
      else this.micrographs.push(file);
    } else if (isGain || pictureName.test(file.name)) {
      if (this.others.length < this.limit) this.others.push(file);
    }
  }

  /** A folder that lies too deep. */
  skipFolder(): void {
    this.foldersBeyond++;
  }

  get count(): number {
    return this.micrographs.length;
  }

  /** What was left out, in words; undefined where nothing was. */
  get leftOut(): string | undefined {
    const parts = [
      this.filesBeyond > 0 ? `files after the first ${this.limit.toLocaleString('en')}` : '',
      this.foldersBeyond > 0
        ? `${this.foldersBeyond} folder${this.foldersBeyond === 1 ? '' : 's'} that lie${this.foldersBeyond === 1 ? 's' : ''} too deep`
        : '',
    ].filter(Boolean);
    return parts.length > 0 ? parts.join(' and ') : undefined;
  }

  /** The micrographs; gain references and PNG or JPEG pictures only where there is nothing else. */
  files(): T[] {
    return this.micrographs.length > 0 ? this.micrographs : this.others;
  }
}

/** The name without what says its format: "a.mrc.gz" and "a.eer" are "a". */
export function fileStem(name: string): string {
  return name.replace(micrographName, '').replace(pictureName, '');
}
