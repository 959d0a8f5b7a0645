import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Tests that drive a real browser against a real server; one at a time. */
export default defineConfig({
  resolve: { alias: { "@penstock/client": here("../../sdk/js/src/index.ts"), "~": here("src") } },
  test: {
    include: ["e2e/**/*.e2e.ts"],
    environment: "node",
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    retry: 0,
  },
});
