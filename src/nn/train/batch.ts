/** [batch][channel][pixel], as PyTorch has it, to [batch][pixel][channel], as the kernels have it. */
export function channelsLast(
  data: Float32Array<ArrayBuffer>,
  channels: number,
  pixels: number,
): Float32Array<ArrayBuffer> {
  return transposed(data, channels, pixels);
}

export function channelsFirst(
  data: Float32Array<ArrayBuffer>,
  channels: number,
  pixels: number,
): Float32Array<ArrayBuffer> {
  return transposed(data, pixels, channels);
}

/** Every rows × columns matrix of a stack of them, transposed; itself where that changes nothing. */
function transposed(
  data: Float32Array<ArrayBuffer>,
  rows: number,
  columns: number,
): Float32Array<ArrayBuffer> {
  if (rows === 1 || columns === 1) return data;
  const result = new Float32Array(data.length);
  const size = rows * columns;
  for (let start = 0; start < data.length; start += size)
    for (let row = 0; row < rows; row++)
      for (let column = 0; column < columns; column++)
        result[start + column * rows + row] = data[start + row * columns + column] ?? 0;
  return result;
}
