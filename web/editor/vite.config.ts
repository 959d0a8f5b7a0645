import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import react from "@vitejs/plugin-react";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
/** The server that answers while somebody works on the editor. */
const SERVER = process.env.PENSTOCK_URL ?? "http://127.0.0.1:5680";

const BUILT = here("../penstock_web/static");

/** Compress once what a server would otherwise compress for every browser. */
function compressed(): Plugin {
  let built = BUILT;
  return {
    name: "compressed",
    apply: "build",
    configResolved(config) {
      built = config.build.outDir;
    },
    closeBundle() {
      for (const name of readdirSync(built, { recursive: true, encoding: "utf8" })) {
        if (/\.(js|css|html|svg)$/.test(name)) {
          const path = join(built, name);
          writeFileSync(`${path}.gz`, gzipSync(readFileSync(path), { level: 9 }));
        }
      }
    },
  };
}

export default defineConfig({
  plugins: [react(), compressed()],
  resolve: { alias: { "@penstock/client": here("../../sdk/js/src/index.ts"), "~": here("src") } },
  build: {
    outDir: BUILT,
    emptyOutDir: true,
    target: "es2022",
    reportCompressedSize: false,
    chunkSizeWarningLimit: 900,
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: "frame", tags: ["$initial"] },
            // Else each icon that two screens have would be a file of its own.
            { name: "icons", test: /lucide-react/, minShareCount: 2 },
          ],
        },
      },
    },
  },
  server: {
    port: 5681,
    strictPort: true,
    proxy: { "/api": { target: SERVER, ws: true }, "/form": SERVER, "/hook": SERVER },
  },
  test: { include: ["src/**/*.test.{ts,tsx}"], environment: "node" },
});
