// Makes elements; text only ever becomes text.

type Attributes = Record<string, string | boolean | null>;

export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === false) continue;
    made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children);
  return made;
}

/** A small square of one colour; set by script, as the page allows no style attribute. */
export function swatch(colour: string, dashed = false): HTMLElement {
  const made = element("span", { class: dashed ? "swatch dashed" : "swatch", "aria-hidden": "true" });
  made.style.setProperty("--colour", colour);
  return made;
}
