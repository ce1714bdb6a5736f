import type { ModelDescription } from '../../rpc/contract.ts';

/** A count with at most three figures: "962", "329 k", "1.2 G"; with a unit "1.2 GFLOP". */
export function scaled(value: number, measure = ''): string {
  const units = ['', 'k', 'M', 'G', 'T', 'P'];
  let unit = 0;
  let rest = value;
  while (rest >= 999.5 && unit < units.length - 1) {
    rest /= 1000;
    unit++;
  }
  const text = rest >= 99.5 ? rest.toFixed(0) : String(Number(rest.toPrecision(rest >= 1 ? 3 : 2)));
  const letters = `${units[unit]}${measure}`;
  return letters === '' ? text : `${text}\u00a0${letters}`;
}

/** "Topaz resnet8_u32": where it is from and what it is known as, where that is not just the file's name. */
export function modelTitle({ format, architecture, name }: ModelDescription): string {
  return architecture === name ? `${format} network` : `${format} ${architecture}`;
}

/** Size, reach and cost: what tells how long it will take, and what it can see. */
export function modelFigures(model: ModelDescription): readonly string[] {
  const { parameters, flopsPerPixel, field } = model;
  return [
    `${scaled(parameters)} parameters`,
    `sees ${field.width} × ${field.height} px`,
    `${scaled(flopsPerPixel, 'FLOP')} a pixel`,
  ];
}
