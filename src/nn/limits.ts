/** More than any network that a GPU could run over an image: what is beyond is a damaged or hostile file. */
export const graphLimits = {
  layers: 1024,
  /** Of one concatenation or sum. */
  inputs: 64,
  channels: 4096,
  kernel: 63,
  /** Strides and factors of up-sampling. */
  stride: 16,
  dilation: 64,
  /** Padding or cropping of one side, px. */
  margin: 1024,
  /** Longest side of a value, px: products of two sides, doubled, are computed in 32 bits by the kernels. */
  side: 32768,
} as const;
