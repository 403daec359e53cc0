/// <reference types="node" />
// Builds the turnable face as one HTML file: script and style inlined, both named by hash.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defineConfig, type Plugin } from "vite";

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const source = (content: string): string =>
  `'sha256-${createHash("sha256").update(content, "utf8").digest("base64")}'`;

function once(page: string, place: string, filled: string): string {
  const parts = page.split(place);
  if (parts.length !== 2) throw new Error(`page.html must hold ${place} once`);
  return parts.join(filled);
}

function onePage(): Plugin {
  return {
    name: "one-page",
    enforce: "post",
    generateBundle(_options, bundle) {
      let script = "";
      let style = "";
      for (const [name, file] of Object.entries(bundle)) {
        if (file.type === "chunk") script += file.code;
        else if (name.endsWith(".css")) style += String(file.source);
        else throw new Error(`${name} cannot be inlined`);
        delete bundle[name];
      }
      const licence = readFileSync(here("../node_modules/three/LICENSE"), "utf8").trim();
      // three ends its shaders and words in text only; an element's end must not be among it
      script = script.replaceAll("</script", "<\\/script").replaceAll("<!--", "<\\!--").trim();
      script = `/* Includes three.js.\n\n${licence}\n*/\n${script}`.replaceAll("\r", "");
      style = style.replaceAll("\r", "").trim();
      const policy = [
        "default-src 'none'",
        `script-src ${source(script)}`,
        `style-src ${source(style)}`,
        "img-src data: blob:",
        "connect-src 'none'",
        "base-uri 'none'",
        "form-action 'none'",
      ].join("; ");
      let page = readFileSync(here("page.html"), "utf8");
      page = once(
        page,
        "<!--policy-->",
        `<meta http-equiv="Content-Security-Policy" content="${policy}" />`,
      );
      page = once(page, "<!--style-->", `<style>${style}</style>`);
      page = once(page, "<!--script-->", `<script>${script}</script>`);
      this.emitFile({ type: "asset", fileName: "face.html", source: page });
    },
  };
}

export default defineConfig({
  root: here("."),
  plugins: [onePage()],
  build: {
    outDir: here("../../src/mesoplan/web/static/viewer"),
    emptyOutDir: true,
    target: "es2022",
    modulePreload: false,
    cssCodeSplit: false,
    assetsInlineLimit: 0,
    rollupOptions: {
      input: here("main.ts"),
      output: { format: "iife", entryFileNames: "face.js" },
    },
  },
});
