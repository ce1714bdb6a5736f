/** Four to six round numbers along an axis. */
export function ticksOf({ min, max }: { readonly min: number; readonly max: number }): number[] {
  const wanted = (max - min || 1) / 5;
  const power = 10 ** Math.floor(Math.log10(wanted));
  const step = power * ([1, 2, 5, 10].find((one) => one * power >= wanted * 0.999) ?? 10);
  const first = Math.ceil(min / step - 1e-9);
  const count = Math.floor(max / step + 1e-9) - first + 1;
  return Array.from({ length: Math.max(0, count) }, (_, i) => Number(((first + i) * step).toPrecision(10)));
}
