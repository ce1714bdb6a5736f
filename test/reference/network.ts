/** Slow, obvious f64 network layers; channels first, [channel][row][column] flat, as PyTorch has them. */

export interface FeatureMap {
  readonly channels: number;
  readonly width: number;
  readonly height: number;
  readonly data: Float64Array;
}

export function featureMap(
  channels: number,
  width: number,
  height: number,
  data: ArrayLike<number>,
): FeatureMap {
  return { channels, width, height, data: Float64Array.from(data) };
}

/** Correlation with zero padding kernel/2; weights [out][in][ky][kx]. */
export function conv2dReference(
  source: FeatureMap,
  outputs: number,
  kernel: number,
  weights: ArrayLike<number>,
  bias: ArrayLike<number>,
  activation: 'none' | 'relu' | 'leakyRelu',
): FeatureMap {
  const { channels, width, height, data } = source;
  const radius = (kernel - 1) / 2;
  const result = new Float64Array(outputs * width * height);
  for (let o = 0; o < outputs; o++) {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        let sum = bias[o] ?? 0;
        for (let i = 0; i < channels; i++) {
          for (let ky = 0; ky < kernel; ky++) {
            for (let kx = 0; kx < kernel; kx++) {
              const sy = y + ky - radius;
              const sx = x + kx - radius;
              if (sx < 0 || sy < 0 || sx >= width || sy >= height) continue;
              sum +=
                (data[(i * height + sy) * width + sx] ?? 0) *
                (weights[((o * channels + i) * kernel + ky) * kernel + kx] ?? 0);
            }
          }
        }
        const slope = activation === 'leakyRelu' ? 0.1 : activation === 'relu' ? 0 : 1;
        result[(o * height + y) * width + x] = sum < 0 ? sum * slope : sum;
      }
    }
  }
  return { channels: outputs, width, height, data: result };
}

export function maxPoolReference({ channels, width, height, data }: FeatureMap): FeatureMap {
  const w = Math.floor(width / 2);
  const h = Math.floor(height / 2);
  const at = (c: number, y: number, x: number): number => data[(c * height + y) * width + x] ?? 0;
  const result = Float64Array.from({ length: channels * w * h }, (_, i) => {
    const c = Math.floor(i / (w * h));
    const y = 2 * (Math.floor(i / w) % h);
    const x = 2 * (i % w);
    return Math.max(at(c, y, x), at(c, y, x + 1), at(c, y + 1, x), at(c, y + 1, x + 1));
  });
  return { channels, width: w, height: h, data: result };
}

export function upsampleReference({ channels, width, height, data }: FeatureMap): FeatureMap {
  const w = 2 * width;
  const h = 2 * height;
  const result = Float64Array.from({ length: channels * w * h }, (_, i) => {
    const c = Math.floor(i / (w * h));
    return (
      data[(c * height + Math.floor((Math.floor(i / w) % h) / 2)) * width + Math.floor((i % w) / 2)] ?? 0
    );
  });
  return { channels, width: w, height: h, data: result };
}

/** Channels first to last. */
export function toChannelsLast({ channels, width, height, data }: FeatureMap): Float32Array<ArrayBuffer> {
  return Float32Array.from(
    { length: data.length },
    (_, i) => data[(i % channels) * width * height + Math.floor(i / channels)] ?? 0,
  );
}
