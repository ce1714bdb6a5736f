declare module 'virtual:embedded-files' {
  /** Path below `public/` to the file's bytes, deflated (raw) and in base64. */
  const files: Readonly<Record<string, string>>;
  export default files;
}
