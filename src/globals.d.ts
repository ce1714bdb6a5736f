/** The version in package.json, put in by the build. */
declare const __CRYOLITE_VERSION__: string;
