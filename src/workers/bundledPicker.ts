import { type PickerModel, parsePickerModel } from '../pipelines/picking/model.ts';

/** The network that comes with the site, fetched when it is first wanted. */
export class BundledPicker {
  private model: Promise<PickerModel> | undefined;

  constructor(private readonly load: () => Promise<Uint8Array<ArrayBuffer>>) {}

  /** @throws CryoliteError 'no-model'; the next call tries again. */
  get(): Promise<PickerModel> {
    const model = this.model ?? this.load().then((bytes) => parsePickerModel(bytes, 'The picking network'));
    this.model = model;
    model.catch(() => {
      this.model = undefined;
    });
    return model;
  }
}
