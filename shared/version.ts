/** The version that --version prints, PNGs carry and the handshake tells. shared/version.test.ts holds it to package.json. */
export const VERSION = '0.1.0'
