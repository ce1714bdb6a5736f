export function serve(options: {
  readonly folder: string;
  readonly port?: number;
  readonly prefix?: string;
}): Promise<{ readonly url: string; close(): Promise<void> }>;
