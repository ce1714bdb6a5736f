/** The picking network that comes with the site. */
export const pickerFile = 'particle-picker.safetensors';

/** The denoiser that comes with the site. */
export const denoiserFile = 'denoiser.safetensors';
