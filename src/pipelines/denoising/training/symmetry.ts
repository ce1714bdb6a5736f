/** The eight ways to lay a square down. */
export const symmetries = 8;

/** Element (x, y) of a square laid down another way, as an index into it. @param way 0 to 7. */
export function turned(way: number, side: number, x: number, y: number): number {
  const column = (way & 1) === 1 ? side - 1 - x : x;
  const row = (way & 2) === 2 ? side - 1 - y : y;
  return (way & 4) === 4 ? column * side + row : row * side + column;
}
