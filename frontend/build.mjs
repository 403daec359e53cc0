// Builds the pages into the package: checks the face model, then runs Vite for each folder of pages.

import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";

const here = dirname(fileURLToPath(import.meta.url));
const target = join(here, "..", "src", "mesoplan", "web", "static");
const pages = ["landmarks"];

const model = "@mediapipe/face_mesh";
const version = "0.4.1633559619";
const integrity =
  "sha512-Vc8cdjxS5+O2gnjWH9KncYpUCVXT0h714KlWAsyqJvJbIgUJBqpppbIx8yWcAzBDxm/5cYSuBI5p5ySIPxzcEg==";

function fail(text) {
  process.stderr.write(`error: frontend: ${text}\n`);
  process.exit(1);
}

/** The model is the pinned one and each file is what was reviewed; then copy it. */
function copyModel() {
  const lock = JSON.parse(readFileSync(join(here, "package-lock.json"), "utf8"));
  const locked = lock.packages[`node_modules/${model}`] ?? {};
  if (locked.version !== version || locked.integrity !== integrity) {
    fail(`package-lock.json does not pin ${model} ${version}; later versions are broken`);
  }
  const source = join(here, "node_modules", ...model.split("/"));
  const out = join(target, "face_mesh");
  mkdirSync(out, { recursive: true });
  for (const line of readFileSync(join(here, "face_mesh.sha256"), "utf8").trim().split("\n")) {
    const [expected, name] = line.split(/\s+/);
    const found = createHash("sha256").update(readFileSync(join(source, name))).digest("hex");
    if (found !== expected) {
      fail(`${model}/${name} is not the reviewed file; run npm ci again`);
    }
    copyFileSync(join(source, name), join(out, name));
  }
  copyFileSync(join(here, "..", "LICENSE"), join(out, "LICENSE"));
  writeFileSync(
    join(out, "NOTICE"),
    `${model} ${version}\nCopyright The MediaPipe Authors. Licensed under the Apache License,\n` +
      "Version 2.0; its text lies beside this file. The files are unchanged.\n",
  );
}

/** htmx for the clinic's pages, as it is shipped. */
function copyHtmx() {
  const source = join(here, "node_modules", "htmx.org");
  const out = join(target, "htmx");
  mkdirSync(out, { recursive: true });
  copyFileSync(join(source, "dist", "htmx.min.js"), join(out, "htmx.min.js"));
  copyFileSync(join(source, "LICENSE"), join(out, "LICENSE"));
}

async function buildPages(name) {
  const root = join(here, name);
  if (!existsSync(root)) return;
  const html = readdirSync(root).filter((file) => file.endsWith(".html"));
  await build({
    root,
    base: "./",
    configFile: false,
    logLevel: "warn",
    build: {
      outDir: join(target, name),
      emptyOutDir: true,
      target: "es2022",
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      chunkSizeWarningLimit: 2000,
      rollupOptions: { input: html.map((file) => join(root, file)) },
    },
  });
}

rmSync(join(target, "face_mesh"), { recursive: true, force: true });
copyModel();
copyHtmx();
for (const name of pages) await buildPages(name);
await build({ configFile: join(here, "viewer", "vite.config.ts"), logLevel: "warn" });
