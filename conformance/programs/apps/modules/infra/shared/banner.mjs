export const banner = "banner";
