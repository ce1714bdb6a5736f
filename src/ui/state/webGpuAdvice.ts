/**
 * How to get WebGPU, in a sentence for the browser at hand.
 * @param userAgent `navigator.userAgent`
 */
export function webGpuAdvice(userAgent: string): string {
  const onLinux = /Linux|X11/.test(userAgent) && !/Android/.test(userAgent);
  if (/Firefox\//.test(userAgent)) {
    return onLinux
      ? 'Firefox on Linux keeps it switched off: set dom.webgpu.enabled to true in about:config and restart it, or use Chrome or Edge.'
      : 'Use Firefox 141 or later and switch on hardware acceleration in its settings, or use Chrome or Edge.';
  }
  if (/Chrome\//.test(userAgent)) {
    return onLinux
      ? 'Switch on hardware acceleration in the settings; on Linux, chrome://flags/#enable-unsafe-webgpu may be needed, too.'
      : 'Update the browser, and switch on hardware acceleration in its settings.';
  }
  return 'Use Chrome or Edge 113, Safari 26, Firefox 141, or later, and switch on hardware acceleration.';
}
