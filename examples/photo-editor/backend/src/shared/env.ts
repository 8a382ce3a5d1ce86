/** A variable that the infrastructure sets; its absence is a deployment fault, said at the first use. */
export function required(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === "") throw new Error(`environment variable ${name} is not set`);
  return value;
}
