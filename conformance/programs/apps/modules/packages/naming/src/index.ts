import aws from "./prefix.json" with { type: "json" };
export const physicalName = (part: string, stage: string): string => `${aws.prefix}-${part}-${stage}`;
export const slug = (text: string): string =>
  text
    .normalize("NFKD")
    .replace(/[^\w]+/g, "-")
    .toLowerCase();
