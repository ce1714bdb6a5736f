/** Whether files can be reopened in another visit: by handles, which some browsers don't give. */
export function keepsFileHandles(): boolean {
  return 'showOpenFilePicker' in window;
}
