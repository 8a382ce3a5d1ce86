/** The product's version; the build checks that it equals package.json's. */
export const VERSION = "0.1.0";
