/** Decibels of the denoisers on simulated particles of a density map. */
export function denoising() {
  return ['Not measured yet.'];
}
