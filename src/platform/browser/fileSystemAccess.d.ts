/** The parts of the File System Access API that TypeScript's DOM library leaves out (Chromium has them). */

interface FilePickerType {
  readonly description: string;
  readonly accept: Readonly<Record<string, readonly string[]>>;
}

interface FileSystemHandle {
  queryPermission?(options: { readonly mode: 'read' | 'readwrite' }): Promise<PermissionState>;
  requestPermission?(options: { readonly mode: 'read' | 'readwrite' }): Promise<PermissionState>;
}

interface DataTransferItem {
  getAsFileSystemHandle?(): Promise<FileSystemHandle | null>;
}

interface Window {
  showOpenFilePicker?(options?: {
    readonly id?: string;
    readonly multiple?: boolean;
    readonly types?: readonly FilePickerType[];
  }): Promise<FileSystemFileHandle[]>;
  showDirectoryPicker?(options?: {
    readonly id?: string;
    readonly mode?: 'read' | 'readwrite';
  }): Promise<FileSystemDirectoryHandle>;
  showSaveFilePicker?(options?: {
    readonly id?: string;
    readonly suggestedName?: string;
    readonly types?: readonly FilePickerType[];
  }): Promise<FileSystemFileHandle>;
}
