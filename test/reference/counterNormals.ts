/**
 * Standard normal numbers from four words of a counter: the hash pcg4d of Jarzynski and Olano (2020) and the transformation of
 * Box and Muller (1958), in 64 bits.
 */
export function counterNormals(counter: readonly [number, number, number, number]): [number, number] {
  let [x, y, z, w] = counter.map((word) => (Math.imul(word, 1664525) + 1013904223) | 0) as [
    number,
    number,
    number,
    number,
  ];
  const mix = (): void => {
    x = (x + Math.imul(y, w)) | 0;
    y = (y + Math.imul(z, x)) | 0;
    z = (z + Math.imul(x, y)) | 0;
    w = (w + Math.imul(y, z)) | 0;
  };
  mix();
  x ^= x >>> 16;
  y ^= y >>> 16;
  z ^= z >>> 16;
  w ^= w >>> 16;
  mix();
  const [first, second] = [(x >>> 9) / 2 ** 23, (y >>> 9) / 2 ** 23];
  const radius = Math.sqrt(-2 * Math.log(first + 2 ** -24));
  const angle = 2 * Math.PI * second - Math.PI;
  return [radius * Math.cos(angle), radius * Math.sin(angle)];
}
