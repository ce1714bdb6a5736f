// Where a pixel is in tables of discs that may be cut by the edges of a picture: see pipelines/template/inside.ts.

fn inside_index(x: u32, y: u32, width: u32, height: u32, reach: u32) -> u32 {
  let dx = min(min(x, width - 1u - x), reach);
  let dy = min(min(y, height - 1u - y), reach);
  return dy * (reach + 1u) + dx;
}
