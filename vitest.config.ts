import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    projects: [
      { extends: true, test: { name: "unit", include: ["packages/*/{src,test}/**/*.test.ts"] } },
      {
        extends: true,
        test: { name: "conformance", include: ["conformance/**/*.test.ts"], testTimeout: 120_000, hookTimeout: 180_000 },
      },
      { extends: true, test: { name: "tidy", include: ["scripts/**/*.test.ts"] } },
      {
        extends: true,
        test: {
          name: "examples",
          include: ["examples/**/*.test.ts", "docs/**/*.test.ts"],
          exclude: ["**/node_modules/**"],
          testTimeout: 240_000,
        },
      },
    ],
  },
});
