/** What the general picker learns from: pictures at the working scale of which it is known what is where, and where it is not. */
import type { SceneSource } from '../../simulation/sceneFeed.ts';
import type { TrainingScene } from '../../simulation/scenes.ts';
import type { Picture, Point } from '../../template/profile.ts';
import type { AddedNoise } from './recipe.ts';

/** Scenes have their own. */
const noNoise: AddedNoise = { part: 0, low: 0, high: 0 };

/** Bits of `KnownPicture.known`. */
export const particlesKnown = 1;
export const contaminationKnown = 2;
export const contaminated = 4;

export interface KnownPicture {
  readonly picture: Picture;
  /** All centres where `particlesKnown`; px. */
  readonly particles: readonly Point[];
  /** Bits for each pixel: whether `particles` are all there, whether contamination is known, whether there is some. */
  readonly known: Uint8Array;
  readonly noise: AddedNoise;
}

/** Scenes that are used several times, cut and turned anew each time, since the processor takes as long to draw one as to learn from it. */
export class ScenePool {
  private readonly drawn = new Map<number, KnownPicture>();

  constructor(
    private readonly scenes: SceneSource,
    /** Scenes at hand at a time. */
    private readonly size = 48,
    /** How often each of them is used, in the mean. */
    private readonly uses = 3,
  ) {}

  /**
   * A pure function of its arguments, on a device.
   * @param asked how often scenes were asked for before.
   * @param part which of those at hand, 0 to 1.
   */
  async at(asked: number, part: number): Promise<KnownPicture> {
    const first = Math.floor(asked / this.uses);
    for (const index of this.drawn.keys()) if (index < first) this.drawn.delete(index);
    const index = first + Math.min(this.size - 1, Math.floor(part * this.size));
    const known = this.drawn.get(index) ?? knownScene(await this.scenes.at(index));
    this.drawn.set(index, known);
    return known;
  }
}

/** All is known of a scene, but where nobody can say. */
export function knownScene({ image, sizePx, particles, contamination, ignore }: TrainingScene): KnownPicture {
  const known = contamination.map(
    (value, i) =>
      (ignore[i] === 1 ? 0 : particlesKnown) | contaminationKnown | (value === 1 ? contaminated : 0),
  );
  return { picture: { data: image, width: sizePx, height: sizePx }, particles, known, noise: noNoise };
}

/** What is known of a micrograph whose particles somebody has marked. */
export interface Marked {
  readonly picture: Picture;
  readonly particles: readonly Point[];
  readonly diameterPx: number;
  /** Width of a smeared border, px; 0 for none. Its outer two thirds hold no particle for certain. */
  readonly borderPx: number;
  /** Nearer to an edge than so many diameters, particles may be unmarked. */
  readonly edgeDiameters: number;
  readonly noise: AddedNoise;
}

const surelyBorder = 0.65;
/** Where particles were marked there is no contamination, this far about them, in diameters. */
const cleanAround = 1.2;

export function knownPicture({
  picture,
  particles,
  diameterPx,
  borderPx,
  edgeDiameters,
  noise,
}: Marked): KnownPicture {
  const { width, height } = picture;
  const known = new Uint8Array(width * height);
  const edge = borderPx > 0 ? borderPx : edgeDiameters * diameterPx;
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const distance = Math.min(x, y, width - 1 - x, height - 1 - y);
      if (distance >= edge) known[y * width + x] = particlesKnown;
      else if (distance < borderPx * surelyBorder)
        known[y * width + x] = particlesKnown | contaminationKnown | contaminated;
    }
  const reach = cleanAround * diameterPx;
  for (const place of particles)
    for (let y = Math.max(0, Math.ceil(place.y - reach)); y <= Math.min(height - 1, place.y + reach); y++)
      for (let x = Math.max(0, Math.ceil(place.x - reach)); x <= Math.min(width - 1, place.x + reach); x++) {
        const at = y * width + x;
        const isInside = Math.min(x, y, width - 1 - x, height - 1 - y) >= borderPx;
        if (isInside && Math.hypot(x - place.x, y - place.y) <= reach)
          known[at] = (known[at] ?? 0) | contaminationKnown;
      }
  return { picture, particles, known, noise };
}
