/** Complex numbers on the processor; a pair of real fields is one too. */
export interface ComplexField {
  readonly re: Float32Array;
  readonly im: Float32Array;
}

export function complexField(length: number): ComplexField {
  return { re: new Float32Array(length), im: new Float32Array(length) };
}
