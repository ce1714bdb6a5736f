/**
 * Picks as columns of numbers, as they are kept: fifty thousand objects take the browser tens of milliseconds to copy and to
 * read at every change of one of them, a dozen columns next to none.
 */
import type { ParticlePose } from '../formats/coordinates.ts';
import type { Pick, PickOrigin, Place } from './picks.ts';

export interface PlaceColumns {
  readonly x: Float64Array;
  readonly y: Float64Array;
}

export interface PickColumns extends PlaceColumns {
  readonly score: Float64Array;
  /** Places in `origins`. */
  readonly origin: Uint8Array;
  readonly origins: readonly PickOrigin[];
  /** NaN where there is none; absent where no pick has one, as the others. */
  readonly row?: Float64Array;
  /** Places in `classIds`, from 1; 0 for none. */
  readonly classId?: Uint16Array;
  readonly classIds?: readonly string[];
  /** Class number and three angles of each; the number is NaN where there is none. */
  readonly pose?: Float64Array;
}

const numbersPerPose = 4;

export function placeColumns(places: readonly Place[]): PlaceColumns {
  const x = new Float64Array(places.length);
  const y = new Float64Array(places.length);
  let i = 0;
  for (const place of places) {
    x[i] = place.x;
    y[i++] = place.y;
  }
  return { x, y };
}

export function placesOf({ x, y }: PlaceColumns): Place[] {
  const places: Place[] = [];
  for (let i = 0; i < x.length; i++) places.push({ x: x[i] ?? 0, y: y[i] ?? 0 });
  return places;
}

export function pickColumns(picks: readonly Pick[]): PickColumns {
  const { length } = picks;
  const origins = numbered<PickOrigin>();
  const classes = numbered<string>();
  const score = new Float64Array(length);
  const origin = new Uint8Array(length);
  let row: Float64Array | undefined;
  let classId: Uint16Array | undefined;
  let pose: Float64Array | undefined;
  let i = 0;
  for (const pick of picks) {
    score[i] = pick.score;
    origin[i] = origins.numberOf(pick.origin);
    if (pick.row !== undefined) {
      row ??= new Float64Array(length).fill(Number.NaN);
      row[i] = pick.row;
    }
    if (pick.classId !== undefined) {
      classId ??= new Uint16Array(length);
      classId[i] = classes.numberOf(pick.classId) + 1;
    }
    if (pick.pose !== undefined) {
      pose ??= new Float64Array(numbersPerPose * length).fill(Number.NaN);
      const { classNumber, rotDegrees, tiltDegrees, psiDegrees } = pick.pose;
      pose.set([classNumber, rotDegrees, tiltDegrees, psiDegrees], numbersPerPose * i);
    }
    i++;
  }
  return {
    ...placeColumns(picks),
    ...{ score, origin, origins: origins.all },
    ...(row && { row }),
    ...(classId && { classId, classIds: classes.all }),
    ...(pose && { pose }),
  };
}

export function picksOfColumns(columns: PickColumns): Pick[] {
  const { x, y, score, origin, origins, row, classId, classIds, pose } = columns;
  const hasMore = row !== undefined || classId !== undefined || pose !== undefined;
  const picks: Pick[] = [];
  for (let i = 0; i < x.length; i++) {
    const pick: Pick = {
      x: x[i] ?? 0,
      y: y[i] ?? 0,
      score: score[i] ?? 0,
      origin: origins[origin[i] ?? 0] ?? 'imported',
    };
    if (!hasMore) {
      picks.push(pick);
      continue;
    }
    const ofRow = row?.[i] ?? Number.NaN;
    const ofClass = classIds?.[(classId?.[i] ?? 0) - 1];
    const turned = pose && poseAt(pose, i);
    picks.push({
      ...pick,
      ...(Number.isNaN(ofRow) ? {} : { row: ofRow }),
      ...(turned && { pose: turned }),
      ...(ofClass !== undefined && { classId: ofClass }),
    });
  }
  return picks;
}

function poseAt(pose: Float64Array, i: number): ParticlePose | undefined {
  const from = numbersPerPose * i;
  const [classNumber = Number.NaN, rotDegrees = 0, tiltDegrees = 0, psiDegrees = 0] = pose.subarray(
    from,
    from + numbersPerPose,
  );
  return Number.isNaN(classNumber) ? undefined : { classNumber, rotDegrees, tiltDegrees, psiDegrees };
}

/** Numbers what comes in the order it comes first. */
function numbered<T>(): { readonly all: readonly T[]; numberOf(value: T): number } {
  const all: T[] = [];
  const known = new Map<T, number>();
  // Mostly the same as the last.
  let last: T | undefined;
  let number = 0;
  return {
    all,
    numberOf: (value) => {
      if (value === last) return number;
      const before = known.get(value);
      number = before ?? all.push(value) - 1;
      if (before === undefined) known.set(value, number);
      last = value;
      return number;
    },
  };
}
