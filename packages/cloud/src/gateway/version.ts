/** What the cloud says of itself. */
export const VERSION = "0.1.0";
